/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The layouts of wsman-plugin.h and curfew-plugin.h as compiled plug-ins know them, for 64 bits.
 * What fails to compile here would break them. It is compiled as C11 and as C++, and includes
 * nothing before them.
 */

#include "curfew-agent-services.h"
#include "curfew-plugin.h"

#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
#define CHECK(condition) static_assert (condition, #condition)
#else
#define CHECK(condition) _Static_assert(condition, #condition)
#endif
#define AT(type, field, offset) CHECK (offsetof (type, field) == (offset))
#define SIZE(type, size)        CHECK (sizeof (type) == (size))

SIZE (BOOL, 4);
SIZE (DWORD, 4);
SIZE (char16_t, 2);
SIZE (WSManDataType, 4);

#ifdef __LP64__
SIZE (WSMAN_DATA_TEXT, 16);
AT (WSMAN_DATA_TEXT, buffer, 8);
SIZE (WSMAN_DATA_BINARY, 16);
AT (WSMAN_DATA_BINARY, data, 8);
SIZE (WSMAN_DATA, 24);
AT (WSMAN_DATA, text, 8);
AT (WSMAN_DATA, binaryData, 8);
AT (WSMAN_DATA, number, 8);
SIZE (WSMAN_ERROR, 40);
AT (WSMAN_ERROR, errorDetail, 8);
AT (WSMAN_ERROR, pluginName, 32);
SIZE (WSMAN_OPTION, 24);
AT (WSMAN_OPTION, mustComply, 16);
SIZE (WSMAN_OPTION_SET, 24);
AT (WSMAN_OPTION_SET, options, 8);
AT (WSMAN_OPTION_SET, optionsMustUnderstand, 16);
SIZE (WSMAN_OPTION_SETEX, 32);
AT (WSMAN_OPTION_SETEX, optionTypes, 24);
SIZE (WSMAN_KEY, 16);
AT (WSMAN_KEY, value, 8);
SIZE (WSMAN_SELECTOR_SET, 16);
AT (WSMAN_SELECTOR_SET, keys, 8);
SIZE (WSMAN_FRAGMENT, 16);
SIZE (WSMAN_FILTER, 16);
SIZE (WSMAN_OPERATION_INFO, 88);
AT (WSMAN_OPERATION_INFO, filter, 16);
AT (WSMAN_OPERATION_INFO, selectorSet, 32);
AT (WSMAN_OPERATION_INFO, optionSet, 48);
AT (WSMAN_OPERATION_INFO, reserved, 72);
AT (WSMAN_OPERATION_INFO, version, 80);
SIZE (WSMAN_OPERATION_INFOEX, 104);
AT (WSMAN_OPERATION_INFOEX, version, 80);
AT (WSMAN_OPERATION_INFOEX, uiLocale, 88);
AT (WSMAN_OPERATION_INFOEX, dataLocale, 96);
SIZE (WSMAN_STREAM_ID_SET, 16);
AT (WSMAN_STREAM_ID_SET, streamIDs, 8);
SIZE (WSMAN_ENVIRONMENT_VARIABLE, 16);
SIZE (WSMAN_ENVIRONMENT_VARIABLE_SET, 16);
AT (WSMAN_ENVIRONMENT_VARIABLE_SET, vars, 8);
SIZE (WSMAN_SHELL_STARTUP_INFO_V10, 40);
SIZE (WSMAN_SHELL_STARTUP_INFO_V11, 48);
SIZE (WSMAN_SHELL_STARTUP_INFO, 48);
AT (WSMAN_SHELL_STARTUP_INFO, outputStreamSet, 8);
AT (WSMAN_SHELL_STARTUP_INFO, idleTimeoutMs, 16);
AT (WSMAN_SHELL_STARTUP_INFO, workingDirectory, 24);
AT (WSMAN_SHELL_STARTUP_INFO, variableSet, 32);
AT (WSMAN_SHELL_STARTUP_INFO, name, 40);
SIZE (WSMAN_SHELL_DISCONNECT_INFO, 4);
SIZE (WSMAN_COMMAND_ARG_SET, 16);
AT (WSMAN_COMMAND_ARG_SET, args, 8);
SIZE (WSMAN_RECEIVE_DATA_RESULT, 48);
AT (WSMAN_RECEIVE_DATA_RESULT, streamData, 8);
AT (WSMAN_RECEIVE_DATA_RESULT, commandState, 32);
AT (WSMAN_RECEIVE_DATA_RESULT, exitCode, 40);
SIZE (WSMAN_CERTIFICATE_DETAILS, 32);
AT (WSMAN_CERTIFICATE_DETAILS, subjectName, 24);
SIZE (WSMAN_SENDER_DETAILS, 40);
AT (WSMAN_SENDER_DETAILS, authenticationMechanism, 8);
AT (WSMAN_SENDER_DETAILS, certificateDetails, 16);
AT (WSMAN_SENDER_DETAILS, clientToken, 24);
AT (WSMAN_SENDER_DETAILS, httpURL, 32);
SIZE (WSMAN_PLUGIN_REQUEST, 56);
AT (WSMAN_PLUGIN_REQUEST, locale, 8);
AT (WSMAN_PLUGIN_REQUEST, resourceUri, 16);
AT (WSMAN_PLUGIN_REQUEST, operationInfo, 24);
AT (WSMAN_PLUGIN_REQUEST, shutdownNotification, 32);
AT (WSMAN_PLUGIN_REQUEST, shutdownNotificationHandle, 40);
AT (WSMAN_PLUGIN_REQUEST, dataLocale, 48);
SIZE (CURFEW_VALUE, 24);
AT (CURFEW_VALUE, type, 16);
SIZE (CURFEW_OBJECT, 32);
AT (CURFEW_OBJECT, valuesCount, 16);
AT (CURFEW_OBJECT, values, 24);
SIZE (CURFEW_SHUTDOWN_REQUEST, 56);
AT (CURFEW_SHUTDOWN_REQUEST, message, 8);
AT (CURFEW_SHUTDOWN_REQUEST, gracePeriod, 16);
AT (CURFEW_SHUTDOWN_REQUEST, clientHint, 32);
AT (CURFEW_SHUTDOWN_REQUEST, requestCode, 40);
AT (CURFEW_SHUTDOWN_REQUEST, postponeLimit, 48);
SIZE (CURFEW_AGENT_STATUS, 168);
AT (CURFEW_AGENT_STATUS, requester, 40);
AT (CURFEW_AGENT_STATUS, bootId, 72);
AT (CURFEW_AGENT_STATUS, hostName, 112);
AT (CURFEW_AGENT_STATUS, lastDetail, 160);
#endif
SIZE (WSMAN_AUTHZ_QUOTA, 16);

/* a few values that are easily mistaken */
CHECK (WSMAN_DATA_TYPE_DWORD == 4);
CHECK (WSMAN_PLUGIN_SHUTDOWN_IDLETIMEOUT_ELAPSED == 4);
CHECK (ERROR_WSMAN_PLUGIN_FAILED == 0x80338083u);

int
main (void)
{
  char16_t *utf16 = CurfewUtf16Dup ("g\xC3\xBC \xF0\x9F\x98\x80");
  char *utf8 = CurfewUtf8Dup (utf16);
  static const char16_t lone[] = { 0xDE00, 0 };
  int is_right = utf16 != NULL && CurfewUtf16Length (utf16) == 5 &&
                 CurfewUtf16Equal (utf16, u"g\u00FC \U0001F600") && utf8 != NULL &&
                 strcmp (utf8, "g\xC3\xBC \xF0\x9F\x98\x80") == 0 && CurfewUtf8Dup (lone) == NULL &&
                 CurfewUtf16Dup ("\xC0\x80") == NULL && CurfewUtf16Dup ("\xED\xA0\x80") == NULL &&
                 CurfewPluginAbi == CURFEW_PLUGIN_ABI &&
                 /* no host is there */
                 WSManPluginOperationComplete (NULL, 0, 0, NULL) == ERROR_NOT_SUPPORTED &&
                 WSManPluginAuthzUserComplete (NULL, 0, NULL, NULL, FALSE, 0, NULL) ==
                   ERROR_INVALID_PARAMETER;

  free (utf16);
  free (utf8);
  printf ("1..1\n%s 1 /plugin-api/layout-and-text\n", is_right ? "ok" : "not ok");
  return is_right ? 0 : 1;
}
