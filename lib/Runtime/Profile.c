//===-- Profile.c - Measuring the runs of an instance ---------------------===//
//
// Every place that calls a kernel has its times of the current run; at the end
// of a run they are added up, and kept if they are the best so far. Rows for
// kernels are made when somebody asks.
//
//===----------------------------------------------------------------------===//

#include "Runtime/Profile.h"

#include "Runtime/Peak.h"
#include "Support/Arena.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/// Names of more nodes than this are not listed.
#define MAX_WHERE 4

/// One place in one run.
typedef struct Times {
  int64_t calls, nanoseconds;
  int64_t shared; ///< Of these, where threads shared the work.
  int64_t busy;   ///< What each thread took of that, added up.
  double flops, bytes;
  bool counted; ///< The two above are known.
} Times;

typedef struct Site {
  Times run, best;
  int64_t total; ///< Nanoseconds over all runs.
} Site;

struct UfProfile {
  const UfrtProgram *program;
  UfWorkers *workers;
  int64_t threads;
  UfrontProfiling profiling;
  Site *sites;
  int64_t current;        ///< The site being run, -1 outside kernels.
  int64_t began, entered; ///< The run, the kernel.
  int64_t runs, total;    ///< Of the runs; nanoseconds.
  int64_t fastest;        ///< Of the runs, in nanoseconds.
  int64_t inKernels;      ///< Nanoseconds of the current run.
  int64_t outside;        ///< The least time of a run outside kernels.
  pthread_mutex_t lock;   ///< Guards what follows and sites' `busy`.
  pthread_t *ids;         ///< Of the threads seen, this instance's first.
  int32_t numIds;
  UfEvents events, fastestEvents;
  UfrontProfile result;
  UfArena rows;
};

UfProfile *ufProfileCreate(const UfrtProgram *program, UfWorkers *workers,
                           int64_t threads, UfrontProfiling profiling) {
  UfProfile *profile = calloc(1, sizeof *profile);
  if (!profile)
    return NULL;
  profile->program = program;
  profile->workers = workers;
  profile->threads = threads;
  profile->profiling = profiling;
  profile->current = -1;
  profile->sites =
      calloc((size_t)program->numSites + 1, sizeof *profile->sites);
  profile->ids = calloc((size_t)threads + 1, sizeof *profile->ids);
  if (profile->sites && profile->ids &&
      pthread_mutex_init(&profile->lock, NULL) == 0)
    return profile;
  free(profile->sites);
  free(profile->ids);
  free(profile);
  return NULL;
}

void ufProfileDestroy(UfProfile *profile) {
  if (!profile)
    return;
  pthread_mutex_destroy(&profile->lock);
  ufArenaDestroy(&profile->rows);
  free(profile->events.data);
  free(profile->fastestEvents.data);
  free(profile->sites);
  free(profile->ids);
  free(profile);
}

//===----------------------------------------------------------------------===//
// Events
//===----------------------------------------------------------------------===//

/// The number of the calling thread.
static int32_t findThread(UfProfile *profile) {
  pthread_t self = pthread_self();
  for (int32_t i = 0; i < profile->numIds; ++i)
    if (pthread_equal(profile->ids[i], self))
      return i;
  if (profile->numIds > profile->threads)
    return profile->numIds - 1;
  profile->ids[profile->numIds] = self;
  return profile->numIds++;
}

/// Without memory the event is left out.
static void addEvent(UfProfile *profile, UfEvent event) {
  UfEvents *events = &profile->events;
  if (profile->profiling != UFRONT_PROFILING_TRACE)
    return;
  if (events->count == events->capacity) {
    size_t capacity = events->capacity ? 2 * events->capacity : 1024;
    UfEvent *grown = realloc(events->data, capacity * sizeof *grown);
    if (!grown)
      return;
    events->data = grown;
    events->capacity = capacity;
  }
  events->data[events->count++] = event;
}

const UfEvents *ufProfileGetEvents(const UfProfile *profile) {
  return &profile->fastestEvents;
}

//===----------------------------------------------------------------------===//
// Measuring
//===----------------------------------------------------------------------===//

void ufProfileBeginRun(UfProfile *profile) {
  for (int32_t i = 0; i < profile->program->numSites; ++i)
    profile->sites[i].run = (Times){.counted = true};
  profile->events.count = 0;
  profile->inKernels = 0;
  profile->current = -1;
  // The caller may be another thread every time, but it is always the first.
  profile->ids[0] = pthread_self();
  profile->numIds = profile->numIds ? profile->numIds : 1;
  profile->began = ufNanoseconds();
}

void ufProfileEndRun(UfProfile *profile, UfrontStatus status) {
  int64_t end = ufNanoseconds(), run = end - profile->began;
  if (status != UFRONT_OK)
    return;
  bool isFirst = profile->runs++ == 0;
  profile->total += run;
  int64_t outside = run - profile->inKernels;
  if (isFirst || outside < profile->outside)
    profile->outside = outside;
  for (int32_t i = 0; i < profile->program->numSites; ++i) {
    Site *site = &profile->sites[i];
    site->total += site->run.nanoseconds;
    if (site->run.calls &&
        (!site->best.calls || site->run.nanoseconds < site->best.nanoseconds))
      site->best = site->run;
  }
  if (!isFirst && run >= profile->fastest)
    return;
  profile->fastest = run;
  addEvent(
      profile,
      (UfEvent){.site = UF_EVENT_RUN, .begin = profile->began, .end = end});
  UfEvents slower = profile->fastestEvents;
  profile->fastestEvents = profile->events;
  profile->events = slower;
}

void ufProfileEnter(UfProfile *profile, int64_t site, int64_t flops,
                    int64_t bytes) {
  Times *run = &profile->sites[site].run;
  ++run->calls;
  run->flops += (double)flops;
  run->bytes += (double)bytes;
  run->counted &= flops >= 0 && bytes >= 0;
  profile->current = site;
  profile->entered = ufNanoseconds();
}

void ufProfileLeave(UfProfile *profile) {
  int64_t end = ufNanoseconds();
  if (profile->current < 0)
    return;
  profile->sites[profile->current].run.nanoseconds += end - profile->entered;
  profile->inKernels += end - profile->entered;
  addEvent(profile, (UfEvent){.site = (int32_t)profile->current,
                              .begin = profile->entered,
                              .end = end});
  profile->current = -1;
}

void ufProfileAddShared(UfProfile *profile, int64_t begin) {
  if (profile->current >= 0)
    profile->sites[profile->current].run.shared += ufNanoseconds() - begin;
}

void ufProfileAddTiles(UfProfile *profile, int64_t begin, int64_t first,
                       int64_t last) {
  int64_t end = ufNanoseconds();
  if (profile->current < 0)
    return;
  pthread_mutex_lock(&profile->lock);
  profile->sites[profile->current].run.busy += end - begin;
  addEvent(profile, (UfEvent){.site = (int32_t)profile->current,
                              .thread = findThread(profile),
                              .begin = begin,
                              .end = end,
                              .first = first,
                              .last = last});
  pthread_mutex_unlock(&profile->lock);
}

//===----------------------------------------------------------------------===//
// Summing up
//===----------------------------------------------------------------------===//

/// A row and what it is made of.
typedef struct Row {
  UfrontKernelTime time;
  int64_t total, nanoseconds, busy;
  int32_t numWhere;
  bool counted;
} Row;

static Row *findRow(Row *rows, int32_t count, const char *name) {
  for (int32_t i = 0; i < count; ++i)
    if (strcmp(rows[i].time.name, name) == 0)
      return &rows[i];
  return &rows[count];
}

/// Kernels are shared, but not always called from somewhere else.
static void addWhere(UfArena *arena, Row *row, const char *where) {
  if (!*where || (row->time.where && strstr(row->time.where, where)) ||
      row->numWhere++ >= MAX_WHERE)
    return;
  const char *longer =
      row->time.where && *row->time.where
          ? ufAllocFormat(arena, "%s, %s", row->time.where, where)
          : where;
  row->time.where = longer ? longer : row->time.where;
}

static void addSite(UfArena *arena, Row *row, const UfrtSite *place,
                    const Site *site) {
  row->time.calls += site->best.calls;
  row->time.flops += site->best.flops;
  row->time.bytes += site->best.bytes;
  row->nanoseconds += site->best.nanoseconds;
  row->busy += site->best.nanoseconds - site->best.shared + site->best.busy;
  row->total += site->total;
  row->counted &= site->best.counted;
  addWhere(arena, row, place->where);
}

static void finishRow(const UfProfile *profile, Row *row) {
  const UfrontProfile *result = &profile->result;
  UfrontKernelTime *time = &row->time;
  time->seconds = 1e-9 * (double)row->nanoseconds;
  time->mean = 1e-9 * (double)row->total / (double)profile->runs;
  time->threads =
      row->nanoseconds ? (double)row->busy / (double)row->nanoseconds : 1;
  if (!row->counted) {
    time->flops = time->bytes = -1;
    return;
  }
  double compute = result->peakFlops > 0 ? time->flops / result->peakFlops : 0;
  double memory = result->peakBytes > 0 ? time->bytes / result->peakBytes : 0;
  time->limit = compute > memory ? compute : memory;
  if (time->limit > 0)
    time->bound = compute > memory ? UFRONT_BOUND_COMPUTE : UFRONT_BOUND_MEMORY;
}

static int longestFirst(const void *x, const void *y) {
  const UfrontKernelTime *a = x, *b = y;
  return (a->seconds < b->seconds) - (a->seconds > b->seconds);
}

const UfrontProfile *ufProfileGet(UfProfile *profile) {
  const UfrtProgram *program = profile->program;
  UfrontProfile *result = &profile->result;
  ufArenaDestroy(&profile->rows);
  size_t most = (size_t)program->numSites + 1;
  Row *rows = UF_NEW(&profile->rows, Row, most);
  UfrontKernelTime *kernels = UF_NEW(&profile->rows, UfrontKernelTime, most);
  if (!rows || !kernels)
    return NULL;
  if (result->peakFlops == 0)
    ufMeasurePeak(profile->workers, (size_t)profile->threads,
                  &result->peakFlops, &result->peakBytes);
  int32_t count = 0;
  for (int32_t i = 0; i < program->numSites; ++i) {
    const UfrtSite *place = &program->sites[i];
    if (!profile->sites[i].best.calls)
      continue;
    Row *row = findRow(rows, count, place->name);
    if (row == &rows[count]) {
      ++count;
      row->time.name = place->name;
      row->time.kind = place->kind;
      row->time.loops = place->loops;
      row->time.where = "";
      row->counted = true;
    }
    addSite(&profile->rows, row, place, &profile->sites[i]);
  }
  for (int32_t i = 0; i < count; ++i) {
    if (rows[i].numWhere > MAX_WHERE) {
      const char *longer =
          ufAllocFormat(&profile->rows, "%s and %d more", rows[i].time.where,
                        rows[i].numWhere - MAX_WHERE);
      rows[i].time.where = longer ? longer : rows[i].time.where;
    }
    finishRow(profile, &rows[i]);
    kernels[i] = rows[i].time;
  }
  qsort(kernels, (size_t)count, sizeof *kernels, longestFirst);
  result->threads = (int32_t)profile->threads;
  result->kernels = kernels;
  result->numKernels = count;
  result->runs = profile->runs;
  result->fastest = 1e-9 * (double)profile->fastest;
  result->mean =
      profile->runs ? 1e-9 * (double)profile->total / (double)profile->runs : 0;
  result->outside = 1e-9 * (double)profile->outside;
  return result;
}
