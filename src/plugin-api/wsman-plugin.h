/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The native WS-Management plug-in API, for Linux: what a plug-in exports, what the host offers it,
 * and what they pass to each other (Win32 API reference, wsman.h).
 *
 * Names, order of fields and values are the published ones. What differs:
 * - strings are UTF-16, as everywhere in this API, and so `const char16_t *`: write u"" where a
 *   plug-in for Windows has L"";
 * - `BOOL` has 32 bits; `WINAPI` means nothing;
 * - a `HANDLE` that is an event is the number of an eventfd(2). It becomes readable, and stays so;
 *   it belongs to the host. Never read, write or close it;
 * - `clientToken` is always NULL: the host has decided already what the sender may do.
 *
 * A plug-in is linked to libcurfew-plugin (pkg-config: curfew-plugin), which holds the functions of
 * the second half. curfew-plugin(7) explains the contract.
 */

#include <stdint.h>
#include <uchar.h>

#ifdef __cplusplus
extern "C"
{
#else
typedef uint_least16_t curfew_char16_check;
_Static_assert(sizeof (curfew_char16_check) == 2 && sizeof (char16_t) == 2, "UTF-16");
#endif

  /* --- basic types */

  typedef uint8_t BYTE;
  typedef uint32_t DWORD;
  typedef uint32_t UINT32;
  typedef int32_t BOOL;
  typedef void *PVOID;
  typedef void *HANDLE;
  typedef const char16_t *PCWSTR;

#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

#define WINAPI

/* what sources for Windows say besides */
#ifndef VOID
#define VOID void
#endif
#ifndef _In_
#define _In_
#define _In_opt_
#define _Inout_
#define _Inout_opt_
#define _Out_
#define _Out_opt_
#endif
#define WSMAN_PLUGIN_EXPORT __attribute__ ((visibility ("default")))

/*
 * CurfewPluginAbi: the version of these layouts. Each plug-in carries the one it was compiled with;
 * the host refuses a module that has none, or another. Nothing has to be done for it.
 */
#define CURFEW_PLUGIN_ABI 1
#ifndef CURFEW_PLUGIN_HOST
  extern WSMAN_PLUGIN_EXPORT const DWORD CurfewPluginAbi;
#ifdef __cplusplus
  extern /* a constant of C++ is nobody else's otherwise */
#endif
    WSMAN_PLUGIN_EXPORT __attribute__ ((weak, used))
    const DWORD CurfewPluginAbi = CURFEW_PLUGIN_ABI;
#endif

  /* --- errors: Win32 codes, and those of WS-Management */

#ifndef NO_ERROR
#define NO_ERROR 0u
#endif
#ifndef ERROR_SUCCESS
#define ERROR_SUCCESS              0u
#define ERROR_ACCESS_DENIED        5u
#define ERROR_NOT_ENOUGH_MEMORY    8u
#define ERROR_OUTOFMEMORY          14u
#define ERROR_GEN_FAILURE          31u
#define ERROR_NOT_SUPPORTED        50u
#define ERROR_INVALID_PARAMETER    87u
#define ERROR_OPERATION_ABORTED    995u
#define ERROR_SHUTDOWN_IN_PROGRESS 1115u
#define ERROR_CANCELLED            1223u
#define ERROR_INVALID_OPERATION    4317u
#endif

#define ERROR_WSMAN_RESOURCE_NOT_FOUND             0x80338000u
#define ERROR_WSMAN_PROVIDER_FAILURE               0x80338003u
#define ERROR_WSMAN_ACTION_NOT_SUPPORTED           0x80338013u
#define ERROR_WSMAN_ENVELOPE_TOO_LARGE             0x80338026u
#define ERROR_WSMAN_INVALID_SOAP_BODY              0x80338027u
#define ERROR_WSMAN_OPERATION_TIMEDOUT             0x80338029u
#define ERROR_WSMAN_CONCURRENCY                    0x80338032u
#define ERROR_WSMAN_INVALID_OPTIONS                0x80338039u
#define ERROR_WSMAN_INVALID_PARAMETER              0x8033803Au
#define ERROR_WSMAN_INVALID_RESOURCE_URI           0x8033803Bu
#define ERROR_WSMAN_INVALID_SELECTORS              0x8033803Du
#define ERROR_WSMAN_QUOTA_LIMIT                    0x8033803Fu
#define ERROR_WSMAN_SCHEMA_VALIDATION_ERROR        0x80338041u
#define ERROR_WSMAN_UNSUPPORTED_FEATURE            0x80338042u
#define ERROR_WSMAN_OPTIONS_NOT_SUPPORTED          0x80338051u
#define ERROR_WSMAN_OPTIONS_INVALID_NAME           0x80338052u
#define ERROR_WSMAN_OPTIONS_INVALID_VALUE          0x80338053u
#define ERROR_WSMAN_UNEXPECTED_SELECTORS           0x8033805Bu
#define ERROR_WSMAN_PLUGIN_FAILED                  0x80338083u
#define ERROR_WSMAN_PROVIDER_LOAD_FAILED           0x8033809Au
#define ERROR_WSMAN_RESPONSE_NO_RESULTS            0x803380EFu
#define ERROR_WSMAN_SHELL_INVALID_INPUT_STREAM     0x8033818Bu
#define ERROR_WSMAN_SHELL_INVALID_DESIRED_STREAMS  0x8033818Du
#define ERROR_WSMAN_PLUGIN_CONFIGURATION_CORRUPTED 0x80338190u
#define ERROR_WSMAN_REDIRECT_REQUESTED             0x80338199u
#define ERROR_WSMAN_REDIRECT_REQUIRED              ERROR_WSMAN_REDIRECT_REQUESTED
#define ERROR_WSMAN_QUOTA_MAX_SHELLS               0x803381A5u
#define ERROR_WSMAN_QUOTA_MAX_OPERATIONS           0x803381A6u
#define ERROR_WSMAN_QUOTA_USER                     0x803381A7u
#define ERROR_WSMAN_QUOTA_SYSTEM                   0x803381A8u
#define ERROR_WSMAN_COMMAND_TERMINATED             0x803381CCu
#define ERROR_WSMAN_SERVICE_STREAM_DISCONNECTED    0x803381DEu

  /* --- constants */

#define WSMAN_PLUGIN_STARTUP_REQUEST_RECEIVED     0u
#define WSMAN_PLUGIN_STARTUP_AUTORESTARTED_REBOOT 1u
#define WSMAN_PLUGIN_STARTUP_AUTORESTARTED_CRASH  2u

#define WSMAN_PLUGIN_SHUTDOWN_SYSTEM              1u
#define WSMAN_PLUGIN_SHUTDOWN_SERVICE             2u
#define WSMAN_PLUGIN_SHUTDOWN_IISHOST             3u
#define WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED 4u

/* selectors of WSManPluginGetOperationParameters() */
#define WSMAN_PLUGIN_PARAMS_MAX_ENVELOPE_SIZE         1u
#define WSMAN_PLUGIN_PARAMS_TIMEOUT                   2u
#define WSMAN_PLUGIN_PARAMS_REMAINING_RESULT_SIZE     3u
#define WSMAN_PLUGIN_PARAMS_LARGEST_RESULT_SIZE       4u
#define WSMAN_PLUGIN_PARAMS_GET_REQUESTED_LOCALE      5u
#define WSMAN_PLUGIN_PARAMS_GET_REQUESTED_DATA_LOCALE 6u

/* selectors of WSManPluginGetConfiguration() */
#define WSMAN_PLUGIN_PARAMS_SHAREDHOST             1u
#define WSMAN_PLUGIN_PARAMS_RUNAS_USER             2u
#define WSMAN_PLUGIN_PARAMS_AUTORESTART            3u
#define WSMAN_PLUGIN_PARAMS_HOSTIDLETIMEOUTSECONDS 4u
#define WSMAN_PLUGIN_PARAMS_NAME                   5u

#define WSMAN_FLAG_SEND_NO_MORE_DATA            1u
#define WSMAN_FLAG_NO_MORE_DATA                 WSMAN_FLAG_SEND_NO_MORE_DATA
#define WSMAN_FLAG_RECEIVE_RESULT_NO_MORE_DATA  1u
#define WSMAN_FLAG_RECEIVE_FLUSH                2u
#define WSMAN_FLAG_RECEIVE_RESULT_DATA_BOUNDARY 4u

#define WSMAN_FLAG_NO_COMPRESSION              0x01u
#define WSMAN_FLAG_DELETE_SERVER_SESSION       0x02u
#define WSMAN_FLAG_SERVER_BUFFERING_MODE_DROP  0x04u
#define WSMAN_FLAG_SERVER_BUFFERING_MODE_BLOCK 0x08u
#define WSMAN_FLAG_RECEIVE_DELAY_OUTPUT_STREAM 0x10u

#define WSMAN_FLAG_REQUESTED_API_VERSION_1_0 0u
#define WSMAN_FLAG_REQUESTED_API_VERSION_1_1 1u
#define WSMAN_DEFAULT_TIMEOUT_MS             60000u

#define WSMAN_STREAM_ID_STDIN  u"stdin"
#define WSMAN_STREAM_ID_STDOUT u"stdout"
#define WSMAN_STREAM_ID_STDERR u"stderr"

#define WSMAN_SHELL_NS                     u"http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#define WSMAN_COMMAND_STATE_DONE           WSMAN_SHELL_NS u"/CommandState/Done"
#define WSMAN_COMMAND_STATE_PENDING        WSMAN_SHELL_NS u"/CommandState/Pending"
#define WSMAN_COMMAND_STATE_RUNNING        WSMAN_SHELL_NS u"/CommandState/Running"
#define WSMAN_SIGNAL_SHELL_CODE_TERMINATE  WSMAN_SHELL_NS u"/signal/terminate"
#define WSMAN_SIGNAL_SHELL_CODE_CTRL_C     WSMAN_SHELL_NS u"/signal/ctrl_c"
#define WSMAN_SIGNAL_SHELL_CODE_CTRL_BREAK WSMAN_SHELL_NS u"/signal/ctrl_break"
#define WSMAN_CMDSHELL_URI                 WSMAN_SHELL_NS u"/cmd"

#define WSMAN_SHELL_OPTION_NOPROFILE            u"WINRS_NOPROFILE"
#define WSMAN_CMDSHELL_OPTION_CODEPAGE          u"WINRS_CODEPAGE"
#define WSMAN_CMDSHELL_OPTION_CONSOLEMODE_STDIN u"WINRS_CONSOLEMODE_STDIN"
#define WSMAN_CMDSHELL_OPTION_SKIP_CMD_SHELL    u"WINRS_SKIP_CMD_SHELL"

#define WSMAN_OPERATION_INFOV1 0x00000000u
#define WSMAN_OPERATION_INFOV2 0xAABBCCDDu

  /* --- structures; the order of the fields is the ABI */

  typedef enum
  {
    WSMAN_DATA_NONE = 0,
    WSMAN_DATA_TYPE_TEXT = 1,
    WSMAN_DATA_TYPE_BINARY = 2,
    WSMAN_DATA_TYPE_DWORD = 4,
  } WSManDataType;

  /* bufferLength: UTF-16 code units, without the one that ends it */
  typedef struct _WSMAN_DATA_TEXT
  {
    DWORD bufferLength;
    PCWSTR buffer;
  } WSMAN_DATA_TEXT;

  /* dataLength: octets */
  typedef struct _WSMAN_DATA_BINARY
  {
    DWORD dataLength;
    BYTE *data;
  } WSMAN_DATA_BINARY;

  typedef struct _WSMAN_DATA
  {
    WSManDataType type;
    union
    {
      WSMAN_DATA_TEXT text;
      WSMAN_DATA_BINARY binaryData;
      DWORD number;
    };
  } WSMAN_DATA;

  typedef struct _WSMAN_ERROR
  {
    DWORD code;
    PCWSTR errorDetail;
    PCWSTR language;
    PCWSTR machineName;
    PCWSTR pluginName;
  } WSMAN_ERROR;

  typedef struct _WSMAN_OPTION
  {
    PCWSTR name;
    PCWSTR value;
    BOOL mustComply;
  } WSMAN_OPTION;

  typedef struct _WSMAN_OPTION_SET
  {
    DWORD optionsCount;
    WSMAN_OPTION *options;
    BOOL optionsMustUnderstand;
  } WSMAN_OPTION_SET;

  typedef struct _WSMAN_OPTION_SETEX
  {
    DWORD optionsCount;
    WSMAN_OPTION *options;
    BOOL optionsMustUnderstand;
    PCWSTR *optionTypes;
  } WSMAN_OPTION_SETEX;

  typedef struct _WSMAN_KEY
  {
    PCWSTR key;
    PCWSTR value;
  } WSMAN_KEY;

  typedef struct _WSMAN_SELECTOR_SET
  {
    DWORD numberKeys;
    WSMAN_KEY *keys;
  } WSMAN_SELECTOR_SET;

  typedef struct _WSMAN_FRAGMENT
  {
    PCWSTR path;
    PCWSTR dialect;
  } WSMAN_FRAGMENT;

  typedef struct _WSMAN_FILTER
  {
    PCWSTR filter;
    PCWSTR dialect;
  } WSMAN_FILTER;

  typedef struct _WSMAN_OPERATION_INFO
  {
    WSMAN_FRAGMENT fragment;
    WSMAN_FILTER filter;
    WSMAN_SELECTOR_SET selectorSet;
    WSMAN_OPTION_SET optionSet;
    void *reserved;
    DWORD version;
  } WSMAN_OPERATION_INFO;

  typedef struct _WSMAN_OPERATION_INFOEX
  {
    WSMAN_FRAGMENT fragment;
    WSMAN_FILTER filter;
    WSMAN_SELECTOR_SET selectorSet;
    WSMAN_OPTION_SETEX optionSet;
    DWORD version;
    PCWSTR uiLocale;
    PCWSTR dataLocale;
  } WSMAN_OPERATION_INFOEX;

  typedef struct _WSMAN_STREAM_ID_SET
  {
    DWORD streamIDsCount;
    PCWSTR *streamIDs;
  } WSMAN_STREAM_ID_SET;

  typedef struct _WSMAN_ENVIRONMENT_VARIABLE
  {
    PCWSTR name;
    PCWSTR value;
  } WSMAN_ENVIRONMENT_VARIABLE;

  typedef struct _WSMAN_ENVIRONMENT_VARIABLE_SET
  {
    DWORD varsCount;
    WSMAN_ENVIRONMENT_VARIABLE *vars;
  } WSMAN_ENVIRONMENT_VARIABLE_SET;

  typedef struct _WSMAN_SHELL_STARTUP_INFO_V10
  {
    WSMAN_STREAM_ID_SET *inputStreamSet;
    WSMAN_STREAM_ID_SET *outputStreamSet;
    DWORD idleTimeoutMs;
    PCWSTR workingDirectory;
    WSMAN_ENVIRONMENT_VARIABLE_SET *variableSet;
  } WSMAN_SHELL_STARTUP_INFO_V10;

  typedef struct _WSMAN_SHELL_STARTUP_INFO_V11
  {
    WSMAN_STREAM_ID_SET *inputStreamSet;
    WSMAN_STREAM_ID_SET *outputStreamSet;
    DWORD idleTimeoutMs;
    PCWSTR workingDirectory;
    WSMAN_ENVIRONMENT_VARIABLE_SET *variableSet;
    PCWSTR name;
  } WSMAN_SHELL_STARTUP_INFO_V11;

/* The host always passes the longer one, of which the shorter one is a prefix. */
#ifdef WSMAN_API_VERSION_1_0
  typedef WSMAN_SHELL_STARTUP_INFO_V10 WSMAN_SHELL_STARTUP_INFO;
#else
typedef WSMAN_SHELL_STARTUP_INFO_V11 WSMAN_SHELL_STARTUP_INFO;
#endif

  typedef struct _WSMAN_SHELL_DISCONNECT_INFO
  {
    DWORD idleTimeoutMs;
  } WSMAN_SHELL_DISCONNECT_INFO;

  typedef struct _WSMAN_COMMAND_ARG_SET
  {
    DWORD argsCount;
    PCWSTR *args;
  } WSMAN_COMMAND_ARG_SET;

  typedef struct _WSMAN_RECEIVE_DATA_RESULT
  {
    PCWSTR streamId;
    WSMAN_DATA streamData;
    PCWSTR commandState;
    DWORD exitCode;
  } WSMAN_RECEIVE_DATA_RESULT;

  typedef struct _WSMAN_CERTIFICATE_DETAILS
  {
    PCWSTR subject;
    PCWSTR issuerName;
    PCWSTR issuerThumbprint;
    PCWSTR subjectName;
  } WSMAN_CERTIFICATE_DETAILS;

  typedef struct _WSMAN_SENDER_DETAILS
  {
    PCWSTR senderName;
    PCWSTR authenticationMechanism;
    WSMAN_CERTIFICATE_DETAILS *certificateDetails;
    HANDLE clientToken;
    PCWSTR httpURL;
  } WSMAN_SENDER_DETAILS;

  /* shutdownNotification is set before shutdownNotificationHandle becomes readable. */
  typedef struct _WSMAN_PLUGIN_REQUEST
  {
    WSMAN_SENDER_DETAILS *senderDetails;
    PCWSTR locale;
    PCWSTR resourceUri;
    WSMAN_OPERATION_INFO *operationInfo;
    volatile BOOL shutdownNotification;
    HANDLE shutdownNotificationHandle;
    PCWSTR dataLocale;
  } WSMAN_PLUGIN_REQUEST;

  typedef struct _WSMAN_AUTHZ_QUOTA
  {
    DWORD maxAllowedConcurrentShells;
    DWORD maxAllowedConcurrentOperations;
    DWORD timeslotSize;
    DWORD maxAllowedOperationsPerTimeslot;
  } WSMAN_AUTHZ_QUOTA;

  /* The published pages name these without their numbers: use the names. */
  typedef enum
  {
    WSManOperationGet,
    WSManOperationPut,
    WSManOperationCreate,
    WSManOperationDelete,
    WSManOperationEnumerate,
    WSManOperationSubscribe,
    WSManOperationShell,
    WSManOperationCommand,
    WSManOperationInvoke,
  } WSManOperation;

  /* --- what a plug-in exports */

  typedef DWORD (WINAPI *WSMAN_PLUGIN_STARTUP) (DWORD flags, PCWSTR applicationIdentification,
                                                PCWSTR extraInfo, PVOID *pluginContext);
  typedef DWORD (WINAPI *WSMAN_PLUGIN_SHUTDOWN) (PVOID pluginContext, DWORD flags, DWORD reason);
  typedef void (WINAPI *WSMAN_PLUGIN_SHELL) (PVOID pluginContext, WSMAN_PLUGIN_REQUEST *request,
                                             DWORD flags, WSMAN_SHELL_STARTUP_INFO *startupInfo,
                                             WSMAN_DATA *inboundShellInformation);
  typedef void (WINAPI *WSMAN_PLUGIN_COMMAND) (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                               PVOID shellContext, PCWSTR commandLine,
                                               WSMAN_COMMAND_ARG_SET *arguments);
  typedef void (WINAPI *WSMAN_PLUGIN_SEND) (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                            PVOID shellContext, PVOID commandContext, PCWSTR stream,
                                            WSMAN_DATA *inboundData);
  typedef void (WINAPI *WSMAN_PLUGIN_RECEIVE) (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                               PVOID shellContext, PVOID commandContext,
                                               WSMAN_STREAM_ID_SET *streamSet);
  typedef void (WINAPI *WSMAN_PLUGIN_SIGNAL) (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                              PVOID shellContext, PVOID commandContext,
                                              PCWSTR code);
  typedef void (WINAPI *WSMAN_PLUGIN_CONNECT) (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                               PVOID shellContext, PVOID commandContext,
                                               WSMAN_DATA *inboundConnectInformation);
  typedef void (WINAPI *WSMAN_PLUGIN_RELEASE_SHELL_CONTEXT) (PVOID shellContext);
  typedef void (WINAPI *WSMAN_PLUGIN_RELEASE_COMMAND_CONTEXT) (PVOID shellContext,
                                                               PVOID commandContext);
  typedef void (WINAPI *WSMAN_PLUGIN_AUTHORIZE_USER) (PVOID pluginContext,
                                                      WSMAN_SENDER_DETAILS *senderDetails,
                                                      DWORD flags);
  typedef void (WINAPI *WSMAN_PLUGIN_AUTHORIZE_OPERATION) (PVOID pluginContext,
                                                           WSMAN_SENDER_DETAILS *senderDetails,
                                                           DWORD flags, DWORD operation,
                                                           PCWSTR action, PCWSTR resourceUri);
  typedef void (WINAPI *WSMAN_PLUGIN_AUTHORIZE_QUERY_QUOTA) (PVOID pluginContext,
                                                             WSMAN_SENDER_DETAILS *senderDetails,
                                                             DWORD flags);
  typedef void (WINAPI *WSMAN_PLUGIN_AUTHORIZE_RELEASE_CONTEXT) (PVOID userAuthorizationContext);

  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginStartup (DWORD flags,
                                                       PCWSTR applicationIdentification,
                                                       PCWSTR extraInfo, PVOID *pluginContext);
  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginShutdown (PVOID pluginContext, DWORD flags,
                                                        DWORD reason);
  WSMAN_PLUGIN_EXPORT void WINAPI WSManPluginShell (PVOID pluginContext,
                                                    WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                                    WSMAN_SHELL_STARTUP_INFO *startupInfo,
                                                    WSMAN_DATA *inboundShellInformation);
  WSMAN_PLUGIN_EXPORT void WINAPI WSManPluginCommand (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                                      PVOID shellContext, PCWSTR commandLine,
                                                      WSMAN_COMMAND_ARG_SET *arguments);
  WSMAN_PLUGIN_EXPORT void WINAPI WSManPluginSend (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                                   PVOID shellContext, PVOID commandContext,
                                                   PCWSTR stream, WSMAN_DATA *inboundData);
  WSMAN_PLUGIN_EXPORT void WINAPI WSManPluginReceive (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                                      PVOID shellContext, PVOID commandContext,
                                                      WSMAN_STREAM_ID_SET *streamSet);
  WSMAN_PLUGIN_EXPORT void WINAPI WSManPluginSignal (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                                     PVOID shellContext, PVOID commandContext,
                                                     PCWSTR code);
  WSMAN_PLUGIN_EXPORT void WINAPI WSManPluginConnect (WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                                      PVOID shellContext, PVOID commandContext,
                                                      WSMAN_DATA *inboundConnectInformation);
  WSMAN_PLUGIN_EXPORT void WINAPI WSManPluginReleaseShellContext (PVOID shellContext);
  WSMAN_PLUGIN_EXPORT void WINAPI WSManPluginReleaseCommandContext (PVOID shellContext,
                                                                    PVOID commandContext);
  WSMAN_PLUGIN_EXPORT void WINAPI WSManPluginAuthzUser (PVOID pluginContext,
                                                        WSMAN_SENDER_DETAILS *senderDetails,
                                                        DWORD flags);
  WSMAN_PLUGIN_EXPORT void WINAPI WSManPluginAuthzOperation (PVOID pluginContext,
                                                             WSMAN_SENDER_DETAILS *senderDetails,
                                                             DWORD flags, DWORD operation,
                                                             PCWSTR action, PCWSTR resourceUri);
  WSMAN_PLUGIN_EXPORT void WINAPI WSManPluginAuthzQueryQuota (PVOID pluginContext,
                                                              WSMAN_SENDER_DETAILS *senderDetails,
                                                              DWORD flags);
  WSMAN_PLUGIN_EXPORT void WINAPI WSManPluginAuthzReleaseContext (PVOID userAuthorizationContext);

  /* --- what the host offers, in libcurfew-plugin */

  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginReportContext (WSMAN_PLUGIN_REQUEST *request,
                                                             DWORD flags, PVOID context);
  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginReceiveResult (WSMAN_PLUGIN_REQUEST *request,
                                                             DWORD flags, PCWSTR stream,
                                                             WSMAN_DATA *streamResult,
                                                             PCWSTR commandState, DWORD exitCode);
  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginOperationComplete (WSMAN_PLUGIN_REQUEST *request,
                                                                 DWORD flags, DWORD errorCode,
                                                                 PCWSTR extendedInformation);
  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginGetOperationParameters (WSMAN_PLUGIN_REQUEST *request,
                                                                      DWORD flags,
                                                                      WSMAN_DATA *data);
  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginGetConfiguration (PVOID pluginContext, DWORD flags,
                                                                WSMAN_DATA *data);
  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginReportCompletion (PVOID pluginContext, DWORD flags);
  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginFreeRequestDetails (WSMAN_PLUGIN_REQUEST *request);
  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginAuthzUserComplete (
    WSMAN_SENDER_DETAILS *senderDetails, DWORD flags, PVOID userAuthorizationContext,
    HANDLE impersonationToken, BOOL userIsAdministrator, DWORD errorCode,
    PCWSTR extendedErrorInformation);
  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginAuthzOperationComplete (
    WSMAN_SENDER_DETAILS *senderDetails, DWORD flags, PVOID userAuthorizationContext,
    DWORD errorCode, PCWSTR extendedErrorInformation);
  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginAuthzQueryQuotaComplete (
    WSMAN_SENDER_DETAILS *senderDetails, DWORD flags, WSMAN_AUTHZ_QUOTA *quota, DWORD errorCode,
    PCWSTR extendedErrorInformation);

#ifdef __cplusplus
}
#endif
