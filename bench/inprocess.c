/* One model with one float input and one float output, run through ONNX Runtime's C API on bound buffers.
 *
 *   gcc -O2 -o inprocess bench/inprocess.c -ldl
 *   ./inprocess LIBONNXRUNTIME MODEL INPUT DIM,DIM,.. OUTPUT DIM,DIM,..
 *
 * For each line "N" on standard input it runs N times and prints the median of the times, in nanoseconds.
 * The places in the table of functions are those of the C API, which only ever grows at its end.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { GET_ERROR_MESSAGE = 2, CREATE_ENV = 3, CREATE_SESSION = 7, RUN = 9, CREATE_SESSION_OPTIONS = 10,
       SET_INTRA_OP_THREADS = 24, CREATE_TENSOR = 49, CREATE_CPU_MEMORY_INFO = 69 };
enum { VERSION = 20, LOG_ERROR = 3, FLOAT = 1, ARENA_ALLOCATOR = 1, DEFAULT_MEMORY = 0, MOST_AXES = 8 };

typedef struct { void *const *(*get_api)(uint32_t version); const char *(*version)(void); } ApiBase;

static void *const *api;

static void check(void *status) {
  if (status) {
    fprintf(stderr, "%s\n", ((const char *(*)(void *))api[GET_ERROR_MESSAGE])(status));
    exit(1);
  }
}

static void *tensor(void *info, const char *dims) {
  int64_t shape[MOST_AXES];
  size_t rank = 0, count = 1;
  char *text = strdup(dims);
  for (char *dim = strtok(text, ","); dim; dim = strtok(NULL, ",")) {
    shape[rank] = atoll(dim);
    count *= shape[rank++];
  }
  float *data = aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
  for (size_t i = 0; i < count; i++) data[i] = (float)(i % 17) / 17;
  void *value = NULL;
  check(((void *(*)(void *, void *, size_t, const int64_t *, size_t, int, void **))api[CREATE_TENSOR])(
      info, data, count * sizeof(float), shape, rank, FLOAT, &value));
  return value;
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

int main(int count, char **arguments) {
  if (count != 7) return 2;
  setenv("ORT_DISABLE_TELEMETRY", "1", 1);
  void *library = dlopen(arguments[1], RTLD_NOW);
  if (!library) { fprintf(stderr, "%s\n", dlerror()); return 1; }
  api = ((const ApiBase *(*)(void))dlsym(library, "OrtGetApiBase"))()->get_api(VERSION);
  void *env, *options, *session, *info;
  check(((void *(*)(int, const char *, void **))api[CREATE_ENV])(LOG_ERROR, "bench", &env));
  check(((void *(*)(void **))api[CREATE_SESSION_OPTIONS])(&options));
  check(((void *(*)(void *, int))api[SET_INTRA_OP_THREADS])(options, 1));
  check(((void *(*)(void *, const char *, void *, void **))api[CREATE_SESSION])(env, arguments[2], options, &session));
  check(((void *(*)(int, int, void **))api[CREATE_CPU_MEMORY_INFO])(ARENA_ALLOCATOR, DEFAULT_MEMORY, &info));
  void *inputs[] = {tensor(info, arguments[4])}, *outputs[] = {tensor(info, arguments[6])};
  const char *input_names[] = {arguments[3]}, *output_names[] = {arguments[5]};
  void *(*run)(void *, void *, const char **, void **, size_t, const char **, size_t, void **) =
      (void *(*)(void *, void *, const char **, void **, size_t, const char **, size_t, void **))api[RUN];
  int runs;
  while (scanf("%d", &runs) == 1) {
    int64_t *times = malloc(runs * sizeof *times);
    for (int i = 0; i < runs; i++) {
      int64_t start = now();
      check(run(session, NULL, input_names, inputs, 1, output_names, 1, outputs));
      times[i] = now() - start;
    }
    qsort(times, runs, sizeof *times, ascending);
    printf("%lld\n", (long long)times[runs / 2]);
    fflush(stdout);
    free(times);
  }
  return 0;
}
