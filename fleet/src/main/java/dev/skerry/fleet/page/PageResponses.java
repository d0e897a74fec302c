package dev.skerry.fleet.page;

import dev.skerry.bundle.BundleException;
import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.access.Sessions;
import dev.skerry.fleet.access.Sessions.Session;
import dev.skerry.fleet.page.Frame.Tab;
import dev.skerry.fleet.problem.FleetException;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.SetCookie;
import io.helidon.http.Status;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How pages are answered: to whom, with which headers, and what a failure looks like.
 *
 * <p>Nobody but one who signed in sees a page. A form is taken only with the token of the session
 * that it was sent to, and only from this site; the policy in the headers lets a page load nothing
 * from elsewhere and run no script but the three files that {@link Assets} has.
 */
final class PageResponses {
  static final String COOKIE = "skerry-session";

  /** What a page may load and do (W3C Content Security Policy Level 3). */
  static final String POLICY =
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

  private static final List<Header> HEADERS =
      List.of(
          HeaderValues.create("Content-Security-Policy", POLICY),
          HeaderValues.create("X-Content-Type-Options", "nosniff"),
          HeaderValues.create("Referrer-Policy", "same-origin"),
          HeaderValues.create("Cache-Control", "no-store"));

  private final Sessions sessions;
  private final boolean secure;

  PageResponses(Sessions sessions, boolean secure) {
    this.sessions = sessions;
    this.secure = secure;
  }

  /** Answers one who signed in; sends everybody else to the login page. */
  void answer(ServerRequest request, ServerResponse response, Consumer<Session> handler) {
    Optional<Session> session = session(request);
    if (session.isEmpty()) {
      toLogin(request, response);
      return;
    }
    try {
      handler.accept(session.get());
    } catch (FleetException e) {
      problem(response, session, e);
    } catch (BundleException e) { // such as a label that has not the form of one
      problem(response, session, FleetException.badRequest(String.valueOf(e.getMessage())));
    }
  }

  private Optional<Session> session(ServerRequest request) {
    return request.headers().cookies().first(COOKIE).asOptional().flatMap(sessions::find);
  }

  private void toLogin(ServerRequest request, ServerResponse response) {
    ServerRequestHeaders headers = request.headers();
    if (headers.contains(HeaderNames.create("HX-Request"))) {
      response.header("HX-Refresh", "true"); // the whole page goes to the login, not a part of it
      html(response, Status.UNAUTHORIZED_401, "");
      return;
    }
    boolean get = request.prologue().method().text().equals("GET");
    String path = request.path().path();
    boolean stream = path.startsWith("/live");
    if (stream) {
      html(response, Status.UNAUTHORIZED_401, "");
    } else {
      redirect(response, "/login?next=" + Links.part(get ? path : "/"));
    }
  }

  private static void problem(
      ServerResponse response, Optional<Session> session, FleetException e) {
    Frame frame =
        new Frame(title(e.kind()), Tab.OVERVIEW, session, Optional.empty(), Optional.empty());
    String text = Words.sentence(String.valueOf(e.getMessage()));
    html(
        response,
        Status.create(e.kind().status()),
        Templates.render("message", frame, new MessageView(title(e.kind()), text)));
  }

  private static String title(FleetException.Kind kind) {
    return switch (kind) {
      case NOT_FOUND -> "Not here";
      case FORBIDDEN, UNAUTHENTICATED -> "Not allowed";
      case CONFLICT -> "Not possible now";
      case UNAVAILABLE, TIMEOUT -> "Not available";
      case TOO_MANY, TOO_LARGE -> "Too much";
      case BAD_REQUEST, METHOD_NOT_ALLOWED, UNSUPPORTED_TYPE -> "Not understood";
    };
  }

  /**
   * What a form sent.
   *
   * @throws FleetException FORBIDDEN if the form does not come from a page of this session, or the
   *     session may change nothing
   */
  FormFields fields(ServerRequest request, Session session) {
    requireThisSite(request);
    FormFields fields = read(request);
    if (!same(fields.text("csrf"), session.csrf())) {
      throw new FleetException(
          FleetException.Kind.FORBIDDEN,
          "the form is not from this session; go back, reload the page and try again");
    }
    if (!session.principal().scope().includes(Scope.OPERATOR)) {
      throw new FleetException(
          FleetException.Kind.FORBIDDEN,
          "%s has the scope %s, and changing the fleet needs the scope operator"
              .formatted(session.principal().name(), session.principal().scope().text()));
    }
    return fields;
  }

  private static FormFields read(ServerRequest request) {
    return request.content().hasEntity()
        ? FormFields.read(request.content().inputStream())
        : new FormFields(Map.of());
  }

  /**
   * Browsers say where a request comes from (W3C Fetch Metadata); others have no cookie to abuse.
   */
  private static void requireThisSite(ServerRequest request) {
    String site =
        request.headers().first(HeaderNames.create("Sec-Fetch-Site")).orElse("same-origin");
    if (!site.equals("same-origin") && !site.equals("none")) {
      throw new FleetException(
          FleetException.Kind.FORBIDDEN, "the form was sent from another site and is not taken");
    }
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a page. */
  static void html(ServerResponse response, Status status, String page) {
    HEADERS.forEach(response::header);
    response.status(status).header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
    response.send(page.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends the browser on, so that reloading does not send a form again. */
  static void redirect(ServerResponse response, String path) {
    HEADERS.forEach(response::header);
    response.status(Status.SEE_OTHER_303).header(HeaderNames.LOCATION, path).send();
  }

  /** Sends an event for each piece of news until one of both sides ends. */
  static void stream(ServerResponse response, LivePages.Watcher watcher) {
    response.header("Cache-Control", "no-store").header("X-Accel-Buffering", "no");
    try (watcher;
        SseSink sink = response.sink(SseSink.TYPE)) {
      while (!watcher.isOver()) {
        boolean changed = watcher.await();
        sink.emit(
            changed
                ? SseEvent.builder().name("changed").data("").build()
                : SseEvent.builder().comment("alive").data("").build());
      }
    } catch (UncheckedIOException e) {
      // The browser closed the page: that is how streams end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void asset(ServerRequest request, ServerResponse response) {
    String name = request.path().pathParameters().get("name");
    Optional<Assets.Asset> asset = Assets.named(name);
    if (asset.isEmpty()) {
      problem(response, session(request), FleetException.notFound("there is no asset " + name));
      return;
    }
    response.header("X-Content-Type-Options", "nosniff");
    response.header(HeaderNames.CONTENT_TYPE, asset.get().type());
    response.header("Cache-Control", "public, max-age=31536000, immutable");
    response.send(asset.get().content());
  }

  void login(ServerRequest request, ServerResponse response) {
    String next = request.query().first("next").orElse("/");
    loginPage(response, Status.OK_200, new LoginView("", local(next)));
  }

  private static void loginPage(ServerResponse response, Status status, LoginView view) {
    Frame frame =
        new Frame("Sign in", Tab.OVERVIEW, Optional.empty(), Optional.empty(), Optional.empty());
    html(response, status, Templates.render("login", frame, view));
  }

  void signIn(ServerRequest request, ServerResponse response) {
    try {
      requireThisSite(request);
      FormFields fields = read(request);
      String next = local(fields.text("next"));
      Optional<String> cookie = sessions.open(fields.text("token"));
      if (cookie.isEmpty()) {
        String problem = "This token is unknown, expired or revoked. Tokens begin with sku_.";
        loginPage(response, Status.UNAUTHORIZED_401, new LoginView(problem, next));
        return;
      }
      response.headers().addCookie(cookie(cookie.get()).build());
      redirect(response, next);
    } catch (FleetException e) {
      problem(response, Optional.empty(), e);
    }
  }

  private SetCookie.Builder cookie(String value) {
    return SetCookie.builder(COOKIE, value)
        .path("/")
        .httpOnly(true)
        .secure(secure)
        .sameSite(SetCookie.SameSite.LAX);
  }

  void signOut(ServerRequest request, ServerResponse response) {
    answer(
        request,
        response,
        session -> {
          requireThisSite(request);
          if (same(read(request).text("csrf"), session.csrf())) {
            request.headers().cookies().first(COOKIE).asOptional().ifPresent(sessions::close);
            response.headers().clearCookie(COOKIE);
          }
          redirect(response, "/login");
        });
  }

  /** {@code path} if it is one of this site, the overview otherwise. */
  static String local(String path) {
    return path.matches("/[^/\\\\\\p{Cntrl}][^\\\\\\p{Cntrl}]*") ? path : "/";
  }
}
