package dev.skerry.runtime.data;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Nearest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the places and names of media files say about their classes.
 *
 * <p>1. Files in class folders (two or more, or named by a label): the folder is the class; its
 * index is that of the equal label in the description, and without labels the folder's place among
 * the sorted names, by number when all are numbers; folders of which none is a label are no
 * classes. 2. Names such as {@code 207_n02099601_golden_retriever.jpg} (class index, WordNet id),
 * when all are below the number of classes. 3. Otherwise there are no labels.
 */
final class ClassLabels {
  private static final Pattern INDEXED = Pattern.compile("(\\d{1,9})_n\\d{8}_.*");

  private ClassLabels() {}

  /**
   * One class index per name, {@link Sample#NO_LABEL} for all when there are none.
   *
   * @param labels the description's, may be empty
   * @param classes how many classes the model tells apart, 0 when unknown
   */
  static int[] of(Path place, List<String> names, List<String> labels, int classes) {
    TreeSet<String> folders = new TreeSet<>();
    names.forEach(name -> folders.add(folder(name)));
    boolean inFolders = !folders.contains("");
    if (inFolders && areClasses(folders, labels)) {
      List<String> order = labels.isEmpty() ? sorted(folders) : matched(place, folders, labels);
      return names.stream().mapToInt(name -> order.indexOf(folder(name))).toArray();
    }
    int[] indexed = names.stream().mapToInt(ClassLabels::indexInName).toArray();
    boolean all = Arrays.stream(indexed).allMatch(index -> index >= 0 && index < classes);
    if (!all) {
      Arrays.fill(indexed, Sample.NO_LABEL);
    }
    return indexed;
  }

  private static boolean areClasses(TreeSet<String> folders, List<String> labels) {
    return labels.isEmpty() ? folders.size() > 1 : folders.stream().anyMatch(labels::contains);
  }

  private static String folder(String name) {
    int end = name.lastIndexOf('/');
    return end < 0 ? "" : name.substring(name.lastIndexOf('/', end - 1) + 1, end);
  }

  private static int indexInName(String name) {
    Matcher matcher = INDEXED.matcher(name.substring(name.lastIndexOf('/') + 1));
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : Sample.NO_LABEL;
  }

  static List<String> sorted(TreeSet<String> folders) {
    boolean numbers = folders.stream().allMatch(folder -> folder.matches("\\d{1,9}"));
    return numbers
        ? folders.stream().sorted(Comparator.comparingInt(Integer::parseInt)).toList()
        : List.copyOf(folders);
  }

  private static List<String> matched(Path place, TreeSet<String> folders, List<String> labels) {
    for (String folder : folders) {
      if (!labels.contains(folder)) {
        throw new SkerryException(
            ErrorCode.BAD_DATA,
            "the class folder \"%s\" in %s is none of the %d labels%s"
                .formatted(folder, place, labels.size(), Nearest.hint(folder, labels)));
      }
    }
    return labels;
  }
}
