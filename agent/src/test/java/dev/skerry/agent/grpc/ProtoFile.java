package dev.skerry.agent.grpc;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The messages of the published {@code .proto}, so that tests speak what callers would. */
final class ProtoFile {
  private static final Pattern FIELD =
      Pattern.compile("(repeated )?([\\w<>, ]+?) (\\w+) = (\\d+);.*");
  private static final Map<String, Type> SCALARS =
      Map.of(
          "bool", Type.TYPE_BOOL,
          "int32", Type.TYPE_INT32,
          "int64", Type.TYPE_INT64,
          "uint32", Type.TYPE_UINT32,
          "uint64", Type.TYPE_UINT64,
          "float", Type.TYPE_FLOAT,
          "double", Type.TYPE_DOUBLE,
          "string", Type.TYPE_STRING,
          "bytes", Type.TYPE_BYTES);

  private final FileDescriptor file;

  private ProtoFile(FileDescriptor file) {
    this.file = file;
  }

  static ProtoFile published() {
    Path path =
        Path.of(System.getProperty("skerry.root", ".."), "docs/reference/open_inference.proto");
    try {
      return new ProtoFile(FileDescriptor.buildFrom(parse(path), new FileDescriptor[0]));
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of the language of {@code .proto} files, what this one uses. */
  private static FileDescriptorProto parse(Path path) {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder().setSyntax("proto3").setPackage("inference");
    Deque<DescriptorProto.Builder> open = new ArrayDeque<>();
    boolean service = false;
    boolean choice = false;
    for (String raw : lines(path)) {
      String line = raw.replaceAll("//.*", "").strip();
      if (line.startsWith("service ")) {
        service = true;
      } else if (line.startsWith("message ")) {
        DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(line.split(" ")[1]);
        open.push(message);
        if (line.endsWith("{}")) {
          close(open, file);
        }
      } else if (line.startsWith("oneof ")) {
        choice = true;
        open.element().addOneofDecl(OneofDescriptorProto.newBuilder().setName(line.split(" ")[1]));
      } else if (line.equals("}")) {
        if (service || choice) {
          service = false;
          choice = false;
        } else {
          close(open, file);
        }
      } else if (!open.isEmpty() && !line.isEmpty()) {
        field(open.element(), line, choice);
      }
    }
    return file.build();
  }

  private static void close(Deque<DescriptorProto.Builder> open, FileDescriptorProto.Builder file) {
    DescriptorProto done = open.pop().build();
    if (open.isEmpty()) {
      file.addMessageType(done);
    } else {
      open.element().addNestedType(done);
    }
  }

  private static void field(DescriptorProto.Builder message, String line, boolean choice) {
    Matcher found = FIELD.matcher(line);
    if (!found.matches()) {
      throw new IllegalStateException("cannot read: " + line);
    }
    String type = found.group(2);
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder()
            .setName(found.group(3))
            .setNumber(Integer.parseInt(found.group(4)))
            .setLabel(
                found.group(1) == null && !type.startsWith("map<")
                    ? Label.LABEL_OPTIONAL
                    : Label.LABEL_REPEATED);
    if (choice) {
      field.setOneofIndex(0);
    }
    Type scalar = SCALARS.get(type);
    if (scalar != null) {
      field.setType(scalar);
    } else if (type.startsWith("map<")) {
      String entry = entryName(found.group(3));
      message.addNestedType(entry(entry));
      field.setType(Type.TYPE_MESSAGE).setTypeName(entry);
    } else {
      field.setType(Type.TYPE_MESSAGE).setTypeName(type);
    }
    message.addField(field);
  }

  private static String entryName(String field) {
    return field.substring(0, 1).toUpperCase(Locale.ROOT) + field.substring(1) + "Entry";
  }

  /** A map is a repeated message of key and value. */
  private static DescriptorProto entry(String name) {
    DescriptorProto.Builder entry = DescriptorProto.newBuilder().setName(name);
    entry.getOptionsBuilder().setMapEntry(true);
    field(entry, "string key = 1;", false);
    field(entry, "InferParameter value = 2;", false);
    return entry.build();
  }

  private static java.util.List<String> lines(Path path) {
    try {
      return Files.readAllLines(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Descriptor type(String message) {
    return file.findMessageTypeByName(message);
  }

  /** The bytes of {@code message} with what {@code text} says, in protobuf's text format. */
  byte[] encode(String message, String text) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(type(message));
    try {
      TextFormat.merge(text, builder);
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(e);
    }
    return builder.build().toByteArray();
  }

  /** What {@code bytes} say, on one line; fields that the message does not have show as numbers. */
  String decode(String message, byte[] bytes) {
    try {
      DynamicMessage read = DynamicMessage.parseFrom(type(message), bytes);
      return TextFormat.printer().emittingSingleLine(true).printToString(read).strip();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
