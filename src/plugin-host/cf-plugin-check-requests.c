/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-plugin-check-host.h"

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Requests, and what a module may call for them. Nothing is freed while the process lives, so that
 * any pointer which a module passes can be looked up. */

#define COMMAND_STATE_DONE                                                                         \
  "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static GPtrArray *requests;
static CfCheckMisdeeds misdeeds;
static gboolean take_away;
static CfCheckEarly early;
static GThread *early_thread;

/* what the module sees of a request: pages of their own, so that they can be taken away */
typedef struct
{
  WSMAN_PLUGIN_REQUEST request;
  WSMAN_SENDER_DETAILS sender;
  WSMAN_OPERATION_INFO operation;
} Page;

static gsize
page_size (void)
{
  return ((sizeof (Page) - 1) / (gsize) sysconf (_SC_PAGESIZE) + 1) *
         (gsize) sysconf (_SC_PAGESIZE);
}

CfCheckRequest *
cf_check_request_new (CfPluginCallKind kind, CfCheckRequest *shell, CfCheckRequest *command,
                      const char *resource)
{
  CfCheckRequest *self = g_new0 (CfCheckRequest, 1);
  Page *page = mmap (NULL, page_size (), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                     0);

  self->kind = kind;
  self->shell = shell;
  self->command = command;
  self->event = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (page == MAP_FAILED || self->event < 0)
    cf_check_skip ("this process cannot make another request: %s", g_strerror (errno));

  page->sender.senderName = g_utf8_to_utf16 ("check", -1, NULL, NULL, NULL);
  page->sender.authenticationMechanism = g_utf8_to_utf16 ("Basic", -1, NULL, NULL, NULL);
  page->sender.httpURL = g_utf8_to_utf16 ("http://localhost:5985/wsman", -1, NULL, NULL, NULL);
  page->operation.version = WSMAN_OPERATION_INFOV1;
  page->request.senderDetails = &page->sender;
  page->request.operationInfo = &page->operation;
  page->request.resourceUri = g_utf8_to_utf16 (resource, -1, NULL, NULL, NULL);
  page->request.locale = g_utf8_to_utf16 ("en-US", -1, NULL, NULL, NULL);
  page->request.dataLocale = page->request.locale;
  page->request.shutdownNotificationHandle = GINT_TO_POINTER (self->event);
  self->request = &page->request;

  pthread_mutex_lock (&lock);
  g_ptr_array_add (requests, self);
  pthread_mutex_unlock (&lock);
  return self;
}

/* Called in a signal handler, while the thread that faulted may hold the lock: it only reads. */
gboolean
cf_check_is_request (gconstpointer address)
{
  for (guint i = 0; i < requests->len; i++)
    {
      const CfCheckRequest *request = g_ptr_array_index (requests, i);
      const char *start = (const char *) request->request;

      if ((const char *) address >= start && (const char *) address < start + page_size ())
        return TRUE;
    }
  return FALSE;
}

/* From the newest: that is the likely one. Has to be called under the lock. */
static CfCheckRequest *
find (WSMAN_PLUGIN_REQUEST *pointer)
{
  for (guint i = requests->len; i > 0; i--)
    {
      CfCheckRequest *request = g_ptr_array_index (requests, i - 1);

      if (request->request == pointer)
        return request;
    }
  return NULL;
}

static void
run_callback (CfCheckRequest *self, WSMAN_PLUGIN_SHUTDOWN_CALLBACK callback, PVOID data)
{
  callback (data);

  pthread_mutex_lock (&lock);
  self->in_callback = FALSE;
  pthread_cond_broadcast (&changed);
  pthread_mutex_unlock (&lock);
}

/* Takes the callback to be run; under the lock. */
static WSMAN_PLUGIN_SHUTDOWN_CALLBACK
take_callback (CfCheckRequest *self)
{
  WSMAN_PLUGIN_SHUTDOWN_CALLBACK callback = g_steal_pointer (&self->callback);

  if (callback != NULL)
    {
      self->in_callback = TRUE;
      self->callback_thread = g_thread_self ();
    }
  return callback;
}

/* The flag first, then the event, then the callback (section 8.5). */
void
cf_check_cancel (CfCheckRequest *self)
{
  WSMAN_PLUGIN_SHUTDOWN_CALLBACK callback = NULL;
  guint64 one = 1;

  pthread_mutex_lock (&lock);
  if (self->n_completions == 0 && !self->is_cancelled)
    {
      self->is_cancelled = TRUE;
      __atomic_store_n (&self->request->shutdownNotification, TRUE, __ATOMIC_RELEASE);
      if (write (self->event, &one, sizeof one) < 0)
        g_debug ("The event of a request is gone: %s", g_strerror (errno));
      callback = take_callback (self);
    }
  pthread_mutex_unlock (&lock);

  if (callback != NULL)
    run_callback (self, callback, self->callback_data);
}

static gboolean
is_answered (const CfCheckRequest *self)
{
  return self->n_completions > 0 || self->n_contexts > 0;
}

static gboolean
is_completed (const CfCheckRequest *self)
{
  return self->n_completions > 0 && !self->in_callback;
}

static gboolean
wait_until (CfCheckRequest *self, gboolean (*condition) (const CfCheckRequest *), guint msec)
{
  struct timespec end;
  gboolean is;

  clock_gettime (CLOCK_REALTIME, &end);
  end.tv_sec += msec / 1000;
  end.tv_nsec += (long) (msec % 1000) * 1000000;
  if (end.tv_nsec >= 1000000000)
    {
      end.tv_sec++;
      end.tv_nsec -= 1000000000;
    }

  pthread_mutex_lock (&lock);
  while (!(is = condition (self)))
    if (pthread_cond_timedwait (&changed, &lock, &end) == ETIMEDOUT)
      break;
  is = condition (self);
  pthread_mutex_unlock (&lock);
  return is;
}

/* Waits for a context or the end. */
gboolean
cf_check_wait_answered (CfCheckRequest *self, guint msec)
{
  return wait_until (self, is_answered, msec);
}

gboolean
cf_check_wait_completed (CfCheckRequest *self, guint msec)
{
  return wait_until (self, is_completed, msec);
}

/* From now on what belongs to a request cannot be read any more once it is completed. */
void
cf_check_take_requests_away (void)
{
  take_away = TRUE;
}

void
cf_check_set_early (CfCheckEarly function)
{
  early = function;
}

GThread *
cf_check_steal_early_thread (void)
{
  return g_steal_pointer (&early_thread);
}

CfCheckMisdeeds
cf_check_get_misdeeds (void)
{
  CfCheckMisdeeds copy;

  pthread_mutex_lock (&lock);
  copy = misdeeds;
  pthread_mutex_unlock (&lock);
  return copy;
}

/* --- what a module may call; the table forwards here */

static DWORD
misdeed (guint *counter, const CfCheckRequest *request)
{
  (*counter)++;
  misdeeds.what = request != NULL ? cf_check_entry_name (request->kind) : NULL;
  return ERROR_INVALID_PARAMETER;
}

static gpointer
run_early (gpointer command)
{
  early (command);
  return NULL;
}

static DWORD
report_context (WSMAN_PLUGIN_REQUEST *pointer, DWORD flags, PVOID context)
{
  CfCheckRequest *request;
  DWORD code = NO_ERROR;

  pthread_mutex_lock (&lock);
  request = find (pointer);
  if (request == NULL || request->n_contexts > 0 || flags != 0 ||
      (request->kind != CF_PLUGIN_SHELL && request->kind != CF_PLUGIN_COMMAND))
    code = misdeed (&misdeeds.n_bad_contexts, request);
  else if (request->n_completions > 0)
    code = ERROR_INVALID_PARAMETER; /* too late, which may happen to anybody */
  else
    {
      request->n_contexts++;
      request->context = context;
      if (request->kind == CF_PLUGIN_COMMAND && early != NULL && early_thread == NULL)
        early_thread = g_thread_new ("early", run_early, request);
      pthread_cond_broadcast (&changed);
    }
  pthread_mutex_unlock (&lock);
  return code;
}

static DWORD
receive_result (WSMAN_PLUGIN_REQUEST *pointer, DWORD flags, PCWSTR stream, WSMAN_DATA *data,
                PCWSTR state, DWORD exit_code)
{
  CfCheckRequest *request;
  DWORD code = NO_ERROR;

  pthread_mutex_lock (&lock);
  request = find (pointer);
  if (request == NULL || request->kind != CF_PLUGIN_RECEIVE)
    code = misdeed (&misdeeds.n_bad_results, request);
  else if (request->n_completions > 0)
    code = ERROR_INVALID_PARAMETER;
  else if (request->is_cancelled)
    code = ERROR_OPERATION_ABORTED;
  else if (state != NULL)
    {
      g_free (request->state);
      request->state = g_utf16_to_utf8 (state, -1, NULL, NULL, NULL);
      if (g_strcmp0 (request->state, COMMAND_STATE_DONE) == 0)
        request->is_done = TRUE;
    }
  pthread_mutex_unlock (&lock);
  return code;
}

static DWORD
object_result (WSMAN_PLUGIN_REQUEST *pointer, DWORD flags, const CURFEW_OBJECT *object)
{
  CfCheckRequest *request;
  DWORD code = NO_ERROR;

  pthread_mutex_lock (&lock);
  request = find (pointer);
  if (request == NULL || request->has_object || object == NULL ||
      (request->kind != CF_PLUGIN_GET && request->kind != CF_PLUGIN_INVOKE))
    code = misdeed (&misdeeds.n_bad_results, request);
  else if (request->n_completions > 0)
    code = ERROR_INVALID_PARAMETER;
  else
    request->has_object = TRUE;
  pthread_mutex_unlock (&lock);
  return code;
}

static DWORD
operation_complete (WSMAN_PLUGIN_REQUEST *pointer, DWORD flags, DWORD error_code,
                    PCWSTR information)
{
  CfCheckRequest *request;
  DWORD code = NO_ERROR;

  pthread_mutex_lock (&lock);
  request = find (pointer);
  if (request == NULL || flags != 0 || request->n_completions > 0)
    code = misdeed (&misdeeds.n_completed_twice, request);
  if (request != NULL && request->n_completions++ == 0)
    {
      request->code = error_code;
      request->callback = NULL;
      while (request->in_callback && request->callback_thread != g_thread_self ())
        pthread_cond_wait (&changed, &lock);
      if (take_away)
        mprotect (pointer, page_size (), PROT_NONE);
      pthread_cond_broadcast (&changed);
    }
  pthread_mutex_unlock (&lock);
  return code;
}

static DWORD
get_operation_parameters (WSMAN_PLUGIN_REQUEST *request, DWORD flags, WSMAN_DATA *data)
{
  static const DWORD numbers[] = { 0, 153600, 60000, 153600, 153600 };

  if (data == NULL || flags == 0 || flags > WSMAN_PLUGIN_PARAMS_GET_REQUESTED_DATA_LOCALE)
    return ERROR_INVALID_PARAMETER;
  if (flags < G_N_ELEMENTS (numbers))
    {
      data->type = WSMAN_DATA_TYPE_DWORD;
      data->number = numbers[flags];
      return NO_ERROR;
    }
  data->type = WSMAN_DATA_TYPE_TEXT;
  data->text.bufferLength = 5;
  data->text.buffer = g_utf8_to_utf16 ("en-US", -1, NULL, NULL, NULL);
  return NO_ERROR;
}

static DWORD
get_configuration (PVOID context, DWORD flags, WSMAN_DATA *data)
{
  if (data == NULL || flags == 0 || flags > WSMAN_PLUGIN_PARAMS_NAME)
    return ERROR_INVALID_PARAMETER;
  if (flags == WSMAN_PLUGIN_PARAMS_NAME || flags == WSMAN_PLUGIN_PARAMS_RUNAS_USER)
    {
      data->type = WSMAN_DATA_TYPE_TEXT;
      data->text.bufferLength = flags == WSMAN_PLUGIN_PARAMS_NAME ? 5 : 0;
      data->text.buffer = g_utf8_to_utf16 (flags == WSMAN_PLUGIN_PARAMS_NAME ? "check" : "", -1,
                                           NULL, NULL, NULL);
      return NO_ERROR;
    }
  data->type = WSMAN_DATA_TYPE_DWORD;
  data->number = 0;
  return NO_ERROR;
}

static DWORD
report_completion (PVOID context, DWORD flags)
{
  return flags == 0 ? NO_ERROR : ERROR_INVALID_PARAMETER;
}

static DWORD
free_request_details (WSMAN_PLUGIN_REQUEST *pointer)
{
  DWORD code;

  pthread_mutex_lock (&lock);
  code = find (pointer) != NULL ? NO_ERROR : ERROR_INVALID_PARAMETER;
  pthread_mutex_unlock (&lock);
  return code;
}

static DWORD
register_shutdown_callback (WSMAN_PLUGIN_REQUEST *pointer, WSMAN_PLUGIN_SHUTDOWN_CALLBACK callback,
                            PVOID data)
{
  WSMAN_PLUGIN_SHUTDOWN_CALLBACK now = NULL;
  CfCheckRequest *request;
  DWORD code = NO_ERROR;

  pthread_mutex_lock (&lock);
  request = find (pointer);
  if (request == NULL || callback == NULL || request->had_callback || request->n_completions > 0)
    code = ERROR_INVALID_PARAMETER;
  else
    {
      request->had_callback = TRUE;
      request->callback = callback;
      request->callback_data = data;
      if (request->is_cancelled)
        now = take_callback (request);
    }
  pthread_mutex_unlock (&lock);

  if (now != NULL)
    run_callback (request, now, data);
  return code;
}

/* There is no agent here: nothing is ever shut down by a check. */
static DWORD
submit (WSMAN_PLUGIN_REQUEST *request, DWORD flags, const CURFEW_SHUTDOWN_REQUEST *shutdown)
{
  return ERROR_ACCESS_DENIED;
}

static DWORD
refuse (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR problem, DWORD code)
{
  return code;
}

static DWORD
abort_shutdown (WSMAN_PLUGIN_REQUEST *request, DWORD flags, PCWSTR client_hint)
{
  return ERROR_ACCESS_DENIED;
}

static DWORD
describe (WSMAN_PLUGIN_REQUEST *request, DWORD flags, CURFEW_AGENT_STATUS **status)
{
  if (status == NULL)
    return ERROR_INVALID_PARAMETER;
  *status = NULL;
  return ERROR_ACCESS_DENIED;
}

static void
free_status (CURFEW_AGENT_STATUS *status)
{
}

void
cf_check_requests_init (void)
{
  static const CURFEW_PLUGIN_HOST_TABLE table = {
    .reportContext = report_context,
    .receiveResult = receive_result,
    .operationComplete = operation_complete,
    .getOperationParameters = get_operation_parameters,
    .getConfiguration = get_configuration,
    .reportCompletion = report_completion,
    .freeRequestDetails = free_request_details,
    .objectResult = object_result,
    .registerShutdownCallback = register_shutdown_callback,
    .submit = submit,
    .refuse = refuse,
    .abort = abort_shutdown,
    .describe = describe,
    .freeStatus = free_status,
  };

  requests = g_ptr_array_new ();
  CurfewPluginHostInstall (&table);
}
