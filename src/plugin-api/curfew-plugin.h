/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What Curfew adds to the WS-Management plug-in API: operations without a shell, a callback for
 * cancellation, and strings in UTF-8. The pattern is the same: an entry point returns nothing, and
 * WSManPluginOperationComplete() ends the request, exactly once.
 */

#include <stdlib.h>
#include <string.h>

#include "wsman-plugin.h"

#ifdef __cplusplus
extern "C"
{
#endif

  /* --- values: what a Get returns, and what a method takes and returns */

#define CURFEW_VALUE_TEXT     0u
#define CURFEW_VALUE_DATETIME 1u /* ISO 8601 with offset or Z, to be sent as a CIM date */
#define CURFEW_VALUE_NULL     2u /* xsi:nil; value is NULL */
#define CURFEW_VALUE_COMPLEX  3u /* has elements of its own, which are not passed; value is NULL */

  typedef struct _CURFEW_VALUE
  {
    PCWSTR name;
    PCWSTR value;
    DWORD type;
  } CURFEW_VALUE;

  /* One element and its children, in order; a name may occur more than once. */
  typedef struct _CURFEW_OBJECT
  {
    PCWSTR namespaceUri; /* NULL for none */
    PCWSTR name;
    DWORD valuesCount;
    CURFEW_VALUE *values;
  } CURFEW_OBJECT;

  /* --- what a plug-in exports for the capabilities Get and Invoke */

  /*
   * CurfewPluginGet: WS-Transfer Get of request->resourceUri. Call CurfewPluginObjectResult() once,
   * then WSManPluginOperationComplete().
   *
   * CurfewPluginInvoke: any other action that the resource is to know. action is the whole URI;
   * input is NULL for an empty body. Without CurfewPluginObjectResult() the answer has an empty
   * body.
   *
   * flags is 0. Parameters are valid until WSManPluginOperationComplete().
   */
  typedef void (WINAPI *CURFEW_PLUGIN_GET) (PVOID pluginContext, WSMAN_PLUGIN_REQUEST *request,
                                            DWORD flags);
  typedef void (WINAPI *CURFEW_PLUGIN_INVOKE) (PVOID pluginContext, WSMAN_PLUGIN_REQUEST *request,
                                               DWORD flags, PCWSTR action, CURFEW_OBJECT *input);

  WSMAN_PLUGIN_EXPORT void WINAPI CurfewPluginGet (PVOID pluginContext,
                                                   WSMAN_PLUGIN_REQUEST *request, DWORD flags);
  WSMAN_PLUGIN_EXPORT void WINAPI CurfewPluginInvoke (PVOID pluginContext,
                                                      WSMAN_PLUGIN_REQUEST *request, DWORD flags,
                                                      PCWSTR action, CURFEW_OBJECT *input);

/*
 * CurfewPluginTraits: a plug-in may export this constant. CURFEW_PLUGIN_QUICK promises that
 * CurfewPluginGet() and CurfewPluginInvoke() never wait, neither for a lock that is held long nor
 * for anything outside the process: a host that runs the plug-in within itself may then call them
 * from its main loop, which saves two changes of threads.
 */
#define CURFEW_PLUGIN_QUICK 1u
  extern WSMAN_PLUGIN_EXPORT const DWORD CurfewPluginTraits;

  /* --- what the host offers */

  /*
   * CurfewPluginObjectResult: the body of the answer to a Get or Invoke request; copied. flags is
   * 0. It is sent if the request completes with NO_ERROR.
   *
   * Returns NO_ERROR; ERROR_INVALID_PARAMETER for another kind of request, a second object, a name
   * that is no XML name, or text that is not UTF-16.
   */
  WSMAN_PLUGIN_EXPORT DWORD WINAPI CurfewPluginObjectResult (WSMAN_PLUGIN_REQUEST *request,
                                                             DWORD flags,
                                                             const CURFEW_OBJECT *object);

  /*
   * WSManPluginRegisterShutdownCallback: has callback called once, on any thread, when the request
   * is cancelled; at once if it has been already; never after WSManPluginOperationComplete() for
   * the request returned, which waits for a callback that runs on another thread. One callback a
   * request.
   *
   * Returns NO_ERROR; ERROR_INVALID_PARAMETER for a request that is not open, or a second callback.
   */
  typedef void (WINAPI *WSMAN_PLUGIN_SHUTDOWN_CALLBACK) (PVOID context);
  WSMAN_PLUGIN_EXPORT DWORD WINAPI WSManPluginRegisterShutdownCallback (
    WSMAN_PLUGIN_REQUEST *request, WSMAN_PLUGIN_SHUTDOWN_CALLBACK callback, PVOID context);

  /* --- strings */

  /* The eventfd(2) behind an event HANDLE, for poll() and its like. */
  static inline int
  CurfewEventDescriptor (HANDLE event)
  {
    return (int) (intptr_t) event;
  }

  /* Code units before the one that ends text. */
  static inline size_t
  CurfewUtf16Length (PCWSTR text)
  {
    size_t length = 0;

    while (text[length] != 0)
      length++;
    return length;
  }

  static inline int
  CurfewUtf16Equal (PCWSTR a, PCWSTR b)
  {
    while (*a != 0 && *a == *b)
      a++, b++;
    return *a == *b;
  }

  /*
   * CurfewUtf8FromUtf16: a copy of length code units in UTF-8, to be freed with free(). NULL for
   * NULL, for a surrogate without its other half, and when memory ends.
   */
  static inline char *
  CurfewUtf8FromUtf16 (PCWSTR text, size_t length)
  {
    char *utf8 = text != NULL ? (char *) malloc (length * 3 + 1) : NULL;
    char *end = utf8;

    for (size_t i = 0; utf8 != NULL && i < length; i++)
      {
        uint32_t c = text[i];

        if (c >= 0xD800 && c <= 0xDFFF)
          {
            if (c >= 0xDC00 || i + 1 >= length || text[i + 1] < 0xDC00 || text[i + 1] > 0xDFFF)
              {
                free (utf8);
                return NULL;
              }
            c = 0x10000u + ((c - 0xD800u) << 10) + (text[++i] - 0xDC00u);
          }
        if (c < 0x80)
          *end++ = (char) c;
        else if (c < 0x800)
          {
            *end++ = (char) (0xC0 | c >> 6);
            *end++ = (char) (0x80 | (c & 0x3F));
          }
        else if (c < 0x10000)
          {
            *end++ = (char) (0xE0 | c >> 12);
            *end++ = (char) (0x80 | (c >> 6 & 0x3F));
            *end++ = (char) (0x80 | (c & 0x3F));
          }
        else
          {
            *end++ = (char) (0xF0 | c >> 18);
            *end++ = (char) (0x80 | (c >> 12 & 0x3F));
            *end++ = (char) (0x80 | (c >> 6 & 0x3F));
            *end++ = (char) (0x80 | (c & 0x3F));
          }
      }
    if (utf8 != NULL)
      *end = '\0';
    return utf8;
  }

  /* The same, of a text that ends with 0. */
  static inline char *
  CurfewUtf8Dup (PCWSTR text)
  {
    return text != NULL ? CurfewUtf8FromUtf16 (text, CurfewUtf16Length (text)) : NULL;
  }

  /*
   * CurfewUtf16Dup: a copy of text in UTF-16, ended with 0, to be freed with free(). NULL for NULL,
   * for what is not UTF-8 (too long forms and surrogates are not), and when memory ends.
   */
  static inline char16_t *
  CurfewUtf16Dup (const char *text)
  {
    size_t size = text != NULL ? strlen (text) + 1 : 0;
    char16_t *utf16 = text != NULL ? (char16_t *) malloc (size * sizeof (char16_t)) : NULL;
    char16_t *end = utf16;

    while (utf16 != NULL && *text != '\0')
      {
        uint8_t first = (uint8_t) *text++;
        int more = first < 0x80   ? 0
                   : first < 0xC2 ? -1
                   : first < 0xE0 ? 1
                   : first < 0xF0 ? 2
                   : first < 0xF5 ? 3
                                  : -1;
        uint32_t c = more <= 0 ? first : first & (0x3Fu >> more);
        uint32_t least = more == 2 ? 0x800 : more == 3 ? 0x10000 : 0;

        for (int i = 0; i < more && c != UINT32_MAX; i++)
          c = (*text & 0xC0) == 0x80 ? c << 6 | ((uint8_t) *text++ & 0x3Fu) : UINT32_MAX;
        if (more < 0 || c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
          {
            free (utf16);
            return NULL;
          }
        if (c >= 0x10000)
          {
            *end++ = (char16_t) (0xD800 + ((c - 0x10000) >> 10));
            *end++ = (char16_t) (0xDC00 + (c & 0x3FF));
          }
        else
          *end++ = (char16_t) c;
      }
    if (utf16 != NULL)
      *end = 0;
    return utf16;
  }

#ifdef __cplusplus
}
#endif
