package dev.skerry.agent.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.SmallModels;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MediaRequestTest {
  private static final String COLOURS = "colours";
  private static final int GREEN = 0x00FF00;

  private Served served;

  @BeforeEach
  void start() {
    served = new Served(ServeLimits.standard());
    LoadedModel model = SmallModels.load(SmallModels.colours());
    Json.Obj picture =
        Json.object()
            .put("size", List.of(Json.of(2), Json.of(2)))
            .put("layout", "nchw")
            .put("scale", 1 / 255.0)
            .build();
    Json.Obj labels =
        Json.object().put("labels", Json.texts(List.of("red", "green", "blue"))).build();
    served.add(
        SmallModels.running(
            COLOURS,
            4,
            model,
            List.of(SmallModels.spec(model.inputs().getFirst(), "image", picture)),
            List.of(SmallModels.spec(model.outputs().getFirst(), "classification", labels))));
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private static byte[] picture(String format, int colour) throws IOException {
    BufferedImage image = new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 48; i++) {
      image.setRGB(i % 8, i / 8, colour);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, format, out);
    return out.toByteArray();
  }

  private HttpResponse<String> send(String model, String type, byte[] body) {
    return served.send(
        served
            .request("/v2/models/" + model + "/infer")
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  @Test
  void aPictureIsAnsweredWithLabels() throws IOException {
    for (String format : List.of("png", "jpeg")) {
      HttpResponse<String> response = send(COLOURS, "image/" + format, picture(format, GREEN));
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      JsonObject answer =
          JsonReader.readObject("answer", response.body().getBytes(StandardCharsets.UTF_8));
      assertThat(answer.text("model_name")).isEqualTo(COLOURS);
      assertThat(answer.text("model_version")).isEqualTo("4");
      JsonObject first = answer.objects("labels").getFirst();
      assertThat(first.text("label")).isEqualTo("green");
      assertThat(first.integer("class")).isEqualTo(1);
    }
  }

  @Test
  void aDamagedPictureIsRefused() throws IOException {
    byte[] whole = picture("png", GREEN);
    HttpResponse<String> response =
        send(COLOURS, "image/png", Arrays.copyOf(whole, whole.length / 2));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("the request's body");
  }

  @Test
  void soundForAModelOfPicturesIsRefused() {
    HttpResponse<String> response = send(COLOURS, "audio/wav", new byte[44]);
    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.body()).contains("takes pictures");
  }

  @Test
  void aModelOfTensorsTakesNoPicture() throws IOException {
    HttpResponse<String> response = send(Served.TWO, "image/png", picture("png", GREEN));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("model 'two' takes tensors");
  }

  @Test
  void aModelThatIsNotReadyIsBusy() throws IOException {
    assertThat(send("absent", "image/png", picture("png", GREEN)).statusCode()).isEqualTo(503);
    assertThat(send("none", "image/png", picture("png", GREEN)).statusCode()).isEqualTo(404);
  }
}
