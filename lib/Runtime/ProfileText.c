//===-- ProfileText.c - Profiles for people and for trace viewers ---------===//
//
// Names come from the model's file, which nobody vouches for: control
// characters are masked in tables and escaped in JSON.
//
//===----------------------------------------------------------------------===//

#include "Runtime/Profile.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool flush(UfMessage *line, UfrontWrite write, void *userData) {
  bool ok = write(userData, ufMessageGet(line), line->size);
  ufMessageClear(line);
  return ok;
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

static void addMasked(UfMessage *line, const char *text) {
  for (; *text; ++text) {
    char c = (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text;
    ufMessageAppendBytes(line, &c, 1);
  }
}

/// A number in `width` columns, "-" when there is none.
static void addNumber(UfMessage *line, int width, int digits, double value) {
  if (value < 0)
    ufMessageAppend(line, "%*s", width, "-");
  else
    ufMessageAppend(line, "%*.*f", width, digits, value);
}

/// Rates and what they come to, for `seconds`.
static void addRates(UfMessage *line, double seconds, double flops,
                     double bytes, double limit) {
  bool known = flops >= 0 && bytes >= 0 && seconds > 0;
  addNumber(line, 9, 1, known ? 1e-9 * flops / seconds : -1);
  addNumber(line, 7, 1, known ? 1e-9 * bytes / seconds : -1);
  if (known && limit > 0)
    ufMessageAppend(line, "%8.0f%%", 100 * limit / seconds);
  else
    ufMessageAppend(line, "%9s", "-");
}

static void addKernel(UfMessage *line, const UfrontKernelTime *kernel,
                      double total) {
  static const char *const bounds[] = {"-", "compute", "memory"};
  ufMessageAppend(line, "%6.1f%%%10.1f%7" PRId64, 100 * kernel->seconds / total,
                  1e6 * kernel->seconds, kernel->calls);
  addRates(line, kernel->seconds, kernel->flops, kernel->bytes, kernel->limit);
  ufMessageAppend(line, "%9.1f  %-7s  ", kernel->threads,
                  bounds[kernel->bound]);
  ufMessageAppend(line, "%s %s  ", kernel->kind, kernel->loops);
  addMasked(line, kernel->where);
  ufMessageAppend(line, "  @%s\n", kernel->name);
}

bool ufProfileWriteTable(const UfrontProfile *profile, UfrontWrite write,
                         void *userData) {
  UfMessage line = {0};
  double total = profile->outside, flops = 0, bytes = 0, limit = 0;
  for (int32_t i = 0; i < profile->numKernels; ++i) {
    const UfrontKernelTime *kernel = &profile->kernels[i];
    total += kernel->seconds;
    flops += kernel->flops > 0 ? kernel->flops : 0;
    bytes += kernel->bytes > 0 ? kernel->bytes : 0;
    limit += kernel->limit;
  }
  ufMessageAppend(&line,
                  "%" PRId64 " runs on %d threads: fastest %.4f ms, mean %.4f "
                  "ms; peak %.0f GFLOP/s, %.0f GB/s\n",
                  profile->runs, profile->threads, 1e3 * profile->fastest,
                  1e3 * profile->mean, 1e-9 * profile->peakFlops,
                  1e-9 * profile->peakBytes);
  ufMessageAppend(&line, "  share        us  calls  GFLOP/s   GB/s  of peak  "
                         "threads  bound    kernel\n");
  bool ok = flush(&line, write, userData);
  for (int32_t i = 0; ok && i < profile->numKernels; ++i) {
    addKernel(&line, &profile->kernels[i], total > 0 ? total : 1);
    ok = flush(&line, write, userData);
  }
  if (!ok)
    return false;
  ufMessageAppend(&line, "%6.1f%%%10.1f%49s  outside kernels\n",
                  total > 0 ? 100 * profile->outside / total : 0,
                  1e6 * profile->outside, "");
  ufMessageAppend(&line, "%6.1f%%%10.1f%7s", 100.0, 1e6 * total, "");
  addRates(&line, total, flops, bytes, limit);
  ufMessageAppend(&line, "%20stotal\n", "");
  return flush(&line, write, userData);
}

//===----------------------------------------------------------------------===//
// Traces
//===----------------------------------------------------------------------===//

/// A JSON string.
static void addString(UfMessage *line, const char *text) {
  ufMessageAppend(line, "\"");
  for (; *text; ++text) {
    unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\')
      ufMessageAppend(line, "\\%c", c);
    else if (c < 0x20)
      ufMessageAppend(line, "\\u%04x", c);
    else
      ufMessageAppendBytes(line, text, 1);
  }
  ufMessageAppend(line, "\"");
}

/// Microseconds, without the locale's decimal point.
static void addTime(UfMessage *line, const char *key, int64_t nanoseconds) {
  ufMessageAppend(line, ",\"%s\":%" PRId64 ".%03d", key, nanoseconds / 1000,
                  (int)(nanoseconds % 1000));
}

static void addEvent(UfMessage *line, const UfrtProgram *program,
                     const UfEvent *event, int64_t zero) {
  ufMessageAppend(line, ",\n{\"ph\":\"X\",\"pid\":1,\"tid\":%d", event->thread);
  addTime(line, "ts", event->begin - zero);
  addTime(line, "dur", event->end - event->begin);
  if (event->site == UF_EVENT_RUN) {
    ufMessageAppend(line, ",\"cat\":\"run\",\"name\":\"run\"}");
    return;
  }
  const UfrtSite *site = &program->sites[event->site];
  if (event->last) {
    ufMessageAppend(line,
                    ",\"cat\":\"tiles\",\"name\":\"tiles %" PRId64 "..%" PRId64
                    "\",\"args\":{\"kernel\":",
                    event->first, event->last);
    addString(line, site->name);
  } else {
    ufMessageAppend(line, ",\"cat\":\"kernel\",\"name\":");
    addString(line, site->kind);
    ufMessageAppend(line, ",\"args\":{\"kernel\":");
    addString(line, site->name);
    ufMessageAppend(line, ",\"loops\":");
    addString(line, site->loops);
  }
  ufMessageAppend(line, ",\"where\":");
  addString(line, site->where);
  ufMessageAppend(line, "}}");
}

static void addThread(UfMessage *line, int32_t thread) {
  ufMessageAppend(line,
                  "%s{\"ph\":\"M\",\"pid\":1,\"tid\":%d,\"name\":"
                  "\"thread_name\",\"args\":{\"name\":\"%s %d\"}}",
                  thread ? ",\n" : "", thread, thread ? "worker" : "caller",
                  thread);
}

bool ufProfileWriteTrace(const UfrtProgram *program, const UfEvents *events,
                         UfrontWrite write, void *userData) {
  UfMessage line = {0};
  int32_t threads = 0;
  int64_t zero = events->count ? events->data[0].begin : 0;
  for (size_t i = 0; i < events->count; ++i) {
    const UfEvent *event = &events->data[i];
    threads = event->thread > threads ? event->thread : threads;
    zero = event->begin < zero ? event->begin : zero;
  }
  ufMessageAppend(&line, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
  for (int32_t i = 0; i <= threads; ++i)
    addThread(&line, i);
  bool ok = flush(&line, write, userData);
  for (size_t i = 0; ok && i < events->count; ++i) {
    addEvent(&line, program, &events->data[i], zero);
    ok = flush(&line, write, userData);
  }
  return ok && write(userData, "\n]}\n", 4);
}
