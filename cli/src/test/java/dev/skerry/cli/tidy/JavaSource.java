package dev.skerry.cli.tidy;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Java files as the compiler's own parser sees them. */
final class JavaSource {
  /** One method or constructor with a body, and the lines from its name to its closing brace. */
  record Method(Path file, String name, int lines) {
    String label() {
      return Repository.name(file) + "#" + name;
    }
  }

  private JavaSource() {}

  static List<Method> methods(Collection<Path> files) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      List<Method> methods = new ArrayList<>();
      for (CompilationUnitTree unit : task.parse()) {
        new Lengths(unit, positions, methods).scan(unit, null);
      }
      return methods;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Lengths extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<Method> methods;

    Lengths(CompilationUnitTree unit, SourcePositions positions, List<Method> methods) {
      this.unit = unit;
      this.positions = positions;
      this.methods = methods;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      BlockTree body = method.getBody();
      if (body != null && positions.getStartPosition(unit, body) >= 0) {
        LineMap lines = unit.getLineMap();
        long first = lines.getLineNumber(positions.getStartPosition(unit, method));
        long last = lines.getLineNumber(positions.getEndPosition(unit, body));
        methods.add(
            new Method(
                Path.of(unit.getSourceFile().toUri()),
                method.getName().toString(),
                Math.toIntExact(last - first + 1)));
      }
      return super.visitMethod(method, nothing);
    }
  }
}
