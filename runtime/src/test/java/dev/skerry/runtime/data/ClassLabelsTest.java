package dev.skerry.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassLabelsTest {
  private static int[] of(List<String> names, List<String> labels, int classes) {
    return ClassLabels.of(Path.of("set"), names, labels, classes);
  }

  @Test
  void of_numberedFolders_countUpwards() {
    assertThat(of(List.of("10/a.png", "2/a.png", "t/9/b.png"), List.of(), 0))
        .containsExactly(2, 0, 1);
  }

  @Test
  void of_foldersWithoutLabels_areSorted() {
    assertThat(of(List.of("b/a.png", "a/a.png"), List.of(), 0)).containsExactly(1, 0);
  }

  @Test
  void of_oneFolderOrNoLabelAmongFolders_isUnlabelled() {
    assertThat(of(List.of("images/1.png"), List.of(), 0)).containsExactly(-1);
    assertThat(of(List.of("may/1.png", "june/2.png"), List.of("cat", "dog"), 2))
        .containsExactly(-1, -1);
  }

  @Test
  void of_wordNetNames_giveTheIndexWhenItIsAClass() {
    List<String> names = List.of("000_n01440764_tench.jpg", "207_n02099601_retriever.jpg");

    assertThat(of(names, List.of(), 1000)).containsExactly(0, 207);
    assertThat(of(names, List.of("no", "yes"), 2)).containsExactly(-1, -1);
    assertThat(of(List.of("0001_frame.jpg"), List.of(), 1000)).containsExactly(-1);
  }
}
