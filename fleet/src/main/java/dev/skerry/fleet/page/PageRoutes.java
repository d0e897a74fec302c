package dev.skerry.fleet.page;

import dev.skerry.fleet.access.Sessions;
import dev.skerry.fleet.access.Sessions.Session;
import dev.skerry.fleet.page.Frame.Tab;
import dev.skerry.fleet.problem.FleetException;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;
import java.util.function.Function;

/** Which address shows which page, and which form does what. */
final class PageRoutes implements HttpService, AutoCloseable {
  private final FleetViews views;
  private final FleetActions actions;
  private final PageResponses responses;
  private final LivePages live;

  /**
   * @param secure whether browsers come over TLS, so that cookies are for TLS alone
   * @param periodMillis between two looks at a live page
   */
  PageRoutes(
      FleetViews views,
      FleetActions actions,
      Sessions sessions,
      boolean secure,
      long periodMillis) {
    this.views = views;
    this.actions = actions;
    this.responses = new PageResponses(sessions, secure);
    this.live = new LivePages(periodMillis);
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/assets/{name}", responses::asset)
        .get("/login", responses::login)
        .post("/login", responses::signIn)
        .post("/logout", responses::signOut)
        .get("/", page(this::overview))
        .get("/devices", page(this::devices))
        .get("/devices/{id}", page(this::device))
        .post("/devices/{id}/labels", form(this::label))
        .get("/rollouts", page(this::rollouts))
        .get("/rollouts/{id}", page(this::rollout))
        .get("/rollouts/{id}/devices", page(this::members))
        .get("/rollouts/{id}/roll-back", page(this::askRollBack))
        .post("/rollouts/{id}/{action}", form(this::steer))
        .get("/releases", page(this::releases))
        .get("/releases/{model}/{counter}", page(this::release))
        .post("/releases/{model}/{counter}/rollouts", form(this::start))
        .get("/audit", page(this::audit))
        .get("/live", stream(_ -> views.overview()))
        .get("/live/", stream(_ -> views.overview()))
        .get("/live/devices/{id}", stream(request -> views.device(text(request, "id"))))
        .get("/live/rollouts", stream(_ -> views.rollouts()))
        .get("/live/rollouts/{id}", stream(request -> views.rollout(number(request, "id"))));
  }

  /** A page for one who signed in. */
  private interface PageOf {
    String render(ServerRequest request, Session session);
  }

  /** What a form does for one who may change the fleet; the result is where to go next. */
  private interface FormOf {
    String submit(ServerRequest request, FormFields fields, Session session);
  }

  private Handler page(PageOf page) {
    return (request, response) ->
        responses.answer(
            request,
            response,
            session -> responses.html(response, Status.OK_200, page.render(request, session)));
  }

  private Handler form(FormOf form) {
    return (request, response) ->
        responses.answer(
            request,
            response,
            session -> {
              FormFields fields = responses.fields(request, session);
              try {
                responses.redirect(response, form.submit(request, fields, session));
              } catch (FormException e) {
                String page = corrected(request, fields, session, e);
                responses.html(response, Status.UNPROCESSABLE_CONTENT_422, page);
              }
            });
  }

  private Handler stream(Function<ServerRequest, Object> view) {
    return (request, response) ->
        responses.answer(
            request,
            response,
            _ -> {
              String path = request.path().path();
              Object now = view.apply(request); // a page that is not there fails here
              if (now.equals(Optional.empty())) {
                throw FleetException.notFound("there is no page " + path);
              }
              responses.stream(response, live.watch(path, () -> view.apply(request)));
            });
  }

  private String overview(ServerRequest request, Session session) {
    Frame frame = frame(request, session, "Overview", Tab.OVERVIEW).live("/live/");
    return Templates.render("overview", frame, views.overview());
  }

  private String devices(ServerRequest request, Session session) {
    String selector = query(request, "selector").orElse("").strip();
    Frame frame = frame(request, session, "Devices", Tab.DEVICES);
    return Templates.render("devices", frame, views.devices(selector, query(request, "after")));
  }

  private String device(ServerRequest request, Session session) {
    String id = text(request, "id");
    DeviceView view =
        views.device(id).orElseThrow(() -> FleetException.notFound("there is no device " + id));
    Frame frame = frame(request, session, id, Tab.DEVICES).live("/live" + Links.device(id));
    return Templates.render("device", frame, view);
  }

  private String label(ServerRequest request, FormFields fields, Session session) {
    String id = text(request, "id");
    String name = fields.text("name");
    if (fields.contains("remove")) {
      actions.removeLabel(session.principal(), id, name);
      return Links.device(id) + "?done=unlabelled#labels";
    }
    actions.setLabel(session.principal(), id, name, fields.text("value"));
    return Links.device(id) + "?done=labelled#labels";
  }

  private String rollouts(ServerRequest request, Session session) {
    Frame frame = frame(request, session, "Rollouts", Tab.ROLLOUTS).live("/live/rollouts");
    return Templates.render("rollouts", frame, views.rollouts());
  }

  private String rollout(ServerRequest request, Session session) {
    long id = number(request, "id");
    RolloutView view = views.rollout(id).orElseThrow(() -> noRollout(id));
    Frame frame =
        frame(request, session, view.title(), Tab.ROLLOUTS).live("/live" + Links.rollout(id));
    return Templates.render("rollout", frame, view);
  }

  private String members(ServerRequest request, Session session) {
    long id = number(request, "id");
    MembersView view = views.members(id, query(request, "after")).orElseThrow(() -> noRollout(id));
    return Templates.render("members", frame(request, session, view.title(), Tab.ROLLOUTS), view);
  }

  private String askRollBack(ServerRequest request, Session session) {
    long id = number(request, "id");
    RollBackView view = views.rollBack(id).orElseThrow(() -> noRollout(id));
    return Templates.render("rollback", frame(request, session, "Roll back?", Tab.ROLLOUTS), view);
  }

  private static FleetException noRollout(long id) {
    return FleetException.notFound("there is no rollout " + id);
  }

  private String steer(ServerRequest request, FormFields fields, Session session) {
    long id = number(request, "id");
    String name = text(request, "action");
    RolloutView.Action action =
        RolloutView.Action.named(name)
            .orElseThrow(() -> FleetException.notFound("nothing is called " + name));
    actions.steer(session.principal(), id, action, fields.text("reason"));
    return Links.rollout(id) + "?done=" + action.name;
  }

  private String releases(ServerRequest request, Session session) {
    return Templates.render(
        "releases", frame(request, session, "Releases", Tab.RELEASES), views.releases());
  }

  private String release(ServerRequest request, Session session) {
    return release(request, session, found(request));
  }

  private ReleaseView found(ServerRequest request) {
    String model = text(request, "model");
    long counter = number(request, "counter");
    return views
        .release(model, counter)
        .orElseThrow(() ->
            FleetException.notFound(
                "the repository has no release %d of %s".formatted(counter, model)));
  }

  private String release(ServerRequest request, Session session, ReleaseView view) {
    String title = view.model() + " " + view.version();
    return Templates.render("release", frame(request, session, title, Tab.RELEASES), view);
  }

  private String start(ServerRequest request, FormFields fields, Session session) {
    ReleaseView.RolloutForm form = fields.rollout();
    long id =
        actions.start(
            session.principal(), text(request, "model"), number(request, "counter"), form);
    return Links.rollout(id) + "?done=started";
  }

  /** The page of the form again, with what was typed and what is wrong with it. */
  private String corrected(
      ServerRequest request, FormFields fields, Session session, FormException e) {
    ReleaseView.RolloutForm form = fields.rollout().with(e.problems());
    return release(request, session, found(request).with(form));
  }

  private String audit(ServerRequest request, Session session) {
    Optional<Long> before = query(request, "before").map(text -> number("before", text));
    String query = query(request, "query").orElse("").strip();
    Frame frame = frame(request, session, "Audit", Tab.AUDIT);
    return Templates.render("audit", frame, views.audit(query, before));
  }

  private static Frame frame(ServerRequest request, Session session, String title, Tab tab) {
    return new Frame(
        title,
        tab,
        Optional.of(session),
        Optional.empty(),
        query(request, "done").flatMap(Notices::named));
  }

  private static Optional<String> query(ServerRequest request, String name) {
    return request.query().first(name).asOptional().filter(text -> !text.isEmpty());
  }

  private static String text(ServerRequest request, String name) {
    return request.path().pathParameters().get(name);
  }

  private static long number(ServerRequest request, String name) {
    return number(name, text(request, name));
  }

  private static long number(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new FleetException(
          FleetException.Kind.NOT_FOUND, "%s is '%s', not a number".formatted(name, text), e);
    }
  }

  @Override
  public void close() {
    live.close();
  }
}
