/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-operation.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cf-plugin-details.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size)   ((void) 0)
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void) 0)
#endif

/* A plug-in's copy of a pointer that has ended shall not name the next request: memory is used
 * again in the order in which it was given up, and not before so much more was. */
#define N_QUARANTINED    1024
/* beyond that it goes back to the system */
#define N_KEPT           1280
/* events that were never written, for the next request */
#define N_EVENTS         64
/* 0 to 2 are for others, and 0 would look like no handle at all */
#define LEAST_DESCRIPTOR 3

/* One lock for all that threads of plug-ins and of the host share. It is held for a few
 * instructions at a time, and never while code of a plug-in runs. It is none of GLib's, which
 * ThreadSanitizer cannot see. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* with the lock: */
static GHashTable *live; /* (owned): the operations that plug-ins may name */
static CfPluginOperation *ended_first;
static CfPluginOperation *ended_last;
static guint n_ended;
static GSList *kept; /* (owned) */
static int events[N_EVENTS];
static guint n_events;

void
cf_plugin_lock (void)
{
  pthread_mutex_lock (&lock);
}

void
cf_plugin_unlock (void)
{
  pthread_mutex_unlock (&lock);
}

/* to wait with */
pthread_mutex_t *
cf_plugin_get_lock (void)
{
  return &lock;
}

static int
take_event (void)
{
  int event;
  int moved;

  if (n_events > 0)
    return events[--n_events];
  event = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event < 0 || event >= LEAST_DESCRIPTOR)
    return event;
  moved = fcntl (event, F_DUPFD_CLOEXEC, LEAST_DESCRIPTOR);
  close (event);
  return moved;
}

static void
give_event_back (CfPluginOperation *self)
{
  if (self->event < 0)
    return;
  if (self->event_is_written || n_events == N_EVENTS)
    close (self->event);
  else
    events[n_events++] = self->event;
}

/**
 * cf_plugin_operation_new:
 * @engine: what it belongs to
 *
 * To be called with the lock.
 *
 * Returns: (transfer full) (nullable): an operation about which nothing is known; %NULL if there
 *   are no descriptors for it
 */
CfPluginOperation *
cf_plugin_operation_new (CfPluginEngine *engine)
{
  CfPluginOperation *self;
  int event = take_event ();

  if (event < 0)
    return NULL;
  if (n_ended > N_QUARANTINED)
    {
      self = ended_first;
      ended_first = self->next;
      n_ended--;
      ASAN_UNPOISON_MEMORY_REGION (self, sizeof *self);
    }
  else
    {
      self = g_malloc (sizeof *self);
      pthread_cond_init (&self->changed, NULL);
    }

  memset (self, 0, offsetof (CfPluginOperation, changed));
  self->engine = engine;
  self->n_refs = 1;
  self->event = event;
  self->request.shutdownNotificationHandle = (HANDLE) (intptr_t) event;
  self->has_details = TRUE;
  self->watch_link.data = self;
  return self;
}

/**
 * cf_plugin_operation_fill:
 * @call: what it is to be
 *
 * Without the lock: nobody else knows of the operation yet.
 */
void
cf_plugin_operation_fill (CfPluginOperation *self, const CfPluginCall *call)
{
  self->id = call->id;
  self->kind = call->kind;
  self->max_envelope_size = call->max_envelope_size;
  self->timeout_msec = call->timeout_msec;
  cf_plugin_details_fill (self, call);
}

CfPluginOperation *
cf_plugin_operation_ref (CfPluginOperation *self)
{
  self->n_refs++;
  return self;
}

static void
cf_plugin_operation_free (CfPluginOperation *self)
{
  ASAN_UNPOISON_MEMORY_REGION (self, sizeof *self);
  pthread_cond_destroy (&self->changed);
  g_free (self);
}

/**
 * cf_plugin_operation_unref:
 *
 * With the lock, as everything here but what is said to be without.
 */
void
cf_plugin_operation_unref (CfPluginOperation *self)
{
  if (--self->n_refs > 0)
    return;

  give_event_back (self);
  cf_plugin_details_free (self);
  free (self->extended_information);
  free (self->object);

  self->next = NULL;
  if (n_ended > 0)
    ended_last->next = self;
  else
    ended_first = self;
  ended_last = self;
  n_ended++;
  ASAN_POISON_MEMORY_REGION (self->inline_details, sizeof self->inline_details);
  ASAN_POISON_MEMORY_REGION (&self->request, sizeof self->request);
  if (n_ended > N_KEPT)
    {
      self = ended_first;
      ended_first = self->next;
      n_ended--;
      cf_plugin_operation_free (self);
    }
}

/**
 * cf_plugin_operation_keep:
 *
 * Never to be freed: a thread that hangs may still hold the request.
 */
void
cf_plugin_operation_keep (CfPluginOperation *self)
{
  kept = g_slist_prepend (kept, cf_plugin_operation_ref (self));
}

/**
 * cf_plugin_operation_publish:
 *
 * From now on the plug-in may name the operation.
 */
void
cf_plugin_operation_publish (CfPluginOperation *self)
{
  if (live == NULL)
    live = g_hash_table_new (NULL, NULL);
  g_hash_table_add (live, self);
}

/**
 * cf_plugin_operation_retract:
 * @poisons: whether the plug-in itself ended it: then it must not look at the request any more.
 *   With a sanitizer, a plug-in that does is found
 *
 * The pointer to the request means nothing any more.
 */
void
cf_plugin_operation_retract (CfPluginOperation *self, gboolean poisons)
{
  if (live != NULL)
    g_hash_table_remove (live, self);
  if (!poisons)
    return;
#if defined(__SANITIZE_ADDRESS__)
  ASAN_POISON_MEMORY_REGION (&self->request, sizeof self->request);
  ASAN_POISON_MEMORY_REGION (self->inline_details, sizeof self->inline_details);
  cf_plugin_details_free (self);
#elif defined(__SANITIZE_THREAD__)
  memset (&self->request, 0xDD, sizeof self->request);
#endif
}

/**
 * cf_plugin_operation_lookup:
 * @request: (nullable): what a plug-in passed, which may be anything; it is not looked at
 *
 * Returns: (nullable): the operation that is open under that address
 */
CfPluginOperation *
cf_plugin_operation_lookup (const WSMAN_PLUGIN_REQUEST *request)
{
  if (live == NULL || request == NULL)
    return NULL;
  return g_hash_table_lookup (live, request);
}

/**
 * cf_plugin_operation_forget_details:
 *
 * The plug-in has no more use for its parameters (WSManPluginFreeRequestDetails()).
 */
void
cf_plugin_operation_forget_details (CfPluginOperation *self)
{
  self->has_details = FALSE;
  cf_plugin_details_free (self);
  ASAN_POISON_MEMORY_REGION (self->inline_details, sizeof self->inline_details);
}

/**
 * cf_plugin_operation_notify:
 *
 * Tells the plug-in that the operation is cancelled: the flag first, which has to be seen by
 * whoever finds the event readable (wsman-plugin-api.md, section 10.3).
 */
void
cf_plugin_operation_notify (CfPluginOperation *self)
{
  const guint64 one = 1;

  if (self->event_is_written)
    return;
  __atomic_store_n (&self->request.shutdownNotification, TRUE, __ATOMIC_RELEASE);
  self->event_is_written = TRUE;
  if (write (self->event, &one, sizeof one) != sizeof one)
    g_message ("An operation could not be told that it is cancelled: %s", g_strerror (errno));
}
