/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice.h"

G_DEFINE_BOXED_TYPE (CfNotice, cf_notice, cf_notice_ref, cf_notice_unref)

static void
person_free (CfNoticePerson *person)
{
  g_free (person->name);
  g_free (person);
}

static void
postponement_free (CfNoticePostponement *postponement)
{
  g_free (postponement->who);
  g_free (postponement->note);
  g_free (postponement);
}

/**
 * cf_notice_program_new:
 * @who: a program, as it calls itself
 * @why: what it says; may be ""
 *
 * Returns: (transfer full): both, for cf_notice_program_free()
 */
CfNoticeProgram *
cf_notice_program_new (const char *who, const char *why)
{
  CfNoticeProgram *self;

  g_return_val_if_fail (who != NULL, NULL);
  g_return_val_if_fail (why != NULL, NULL);

  self = g_new0 (CfNoticeProgram, 1);
  self->who = g_strdup (who);
  self->why = g_strdup (why);
  return self;
}

/**
 * cf_notice_program_free:
 * @self: (transfer full) (nullable): a program
 */
void
cf_notice_program_free (CfNoticeProgram *self)
{
  if (self == NULL)
    return;
  g_free (self->who);
  g_free (self->why);
  g_free (self);
}

/**
 * cf_notice_new:
 *
 * Returns: (transfer full): a notice that says that nothing is waiting; strings are "" but the
 *   message, which is %NULL
 */
CfNotice *
cf_notice_new (void)
{
  CfNotice *self = g_rc_box_new0 (CfNotice);

  self->request_code = g_strdup ("");
  self->requester = g_strdup ("");
  self->changed_by = g_strdup ("");
  self->detail = g_strdup ("");
  self->organization = g_strdup ("");
  self->help_contact = g_strdup ("");
  self->logo_path = g_strdup ("");
  self->postponements = g_ptr_array_new_with_free_func ((GDestroyNotify) postponement_free);
  self->people = g_ptr_array_new_with_free_func ((GDestroyNotify) person_free);
  self->blockers = g_ptr_array_new_with_free_func ((GDestroyNotify) cf_notice_program_free);
  return self;
}

/**
 * cf_notice_ref:
 * @self: a notice
 *
 * Returns: (transfer full): @self
 */
CfNotice *
cf_notice_ref (CfNotice *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  CfNotice *self = data;

  g_free (self->request_code);
  g_free (self->message);
  g_free (self->requester);
  g_free (self->changed_by);
  g_free (self->detail);
  g_free (self->organization);
  g_free (self->help_contact);
  g_free (self->logo_path);
  g_ptr_array_unref (self->postponements);
  g_ptr_array_unref (self->people);
  g_ptr_array_unref (self->blockers);
}

/**
 * cf_notice_unref:
 * @self: (transfer full): a notice
 */
void
cf_notice_unref (CfNotice *self)
{
  g_return_if_fail (self != NULL);

  g_rc_box_release_full (self, clear);
}

/**
 * cf_notice_add_postponement:
 * @self: a notice that was not handed on yet
 * @who: who postponed, for people
 * @real_usec: when
 * @seconds: by how much
 * @note: why; may be ""
 */
void
cf_notice_add_postponement (CfNotice *self, const char *who, gint64 real_usec, guint32 seconds,
                            const char *note)
{
  CfNoticePostponement *postponement;

  g_return_if_fail (self != NULL);
  g_return_if_fail (who != NULL);
  g_return_if_fail (note != NULL);

  postponement = g_new0 (CfNoticePostponement, 1);
  postponement->who = g_strdup (who);
  postponement->real_usec = real_usec;
  postponement->seconds = seconds;
  postponement->note = g_strdup (note);
  g_ptr_array_add (self->postponements, postponement);
}

/**
 * cf_notice_add_person:
 * @self: a notice that was not handed on yet
 * @uid: of somebody who is signed in
 * @name: how that person is called
 * @place: where
 * @is_shown: whether the warning was shown there
 * @has_read: whether it was read
 * @is_ready: whether that person is ready
 */
void
cf_notice_add_person (CfNotice *self, guint32 uid, const char *name, CfNoticePlace place,
                      gboolean is_shown, gboolean has_read, gboolean is_ready)
{
  CfNoticePerson *person;

  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL);

  person = g_new0 (CfNoticePerson, 1);
  person->uid = uid;
  person->name = g_strdup (name);
  person->place = place;
  person->is_shown = is_shown;
  person->has_read = has_read;
  person->is_ready = is_ready;
  g_ptr_array_add (self->people, person);
}

/**
 * cf_notice_add_blocker:
 * @self: a notice that was not handed on yet
 * @who: a program that holds the shutdown up, as it calls itself
 * @why: what it says; may be ""
 */
void
cf_notice_add_blocker (CfNotice *self, const char *who, const char *why)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (who != NULL);
  g_return_if_fail (why != NULL);

  g_ptr_array_add (self->blockers, cf_notice_program_new (who, why));
}

/**
 * cf_notice_find_person:
 * @self: a notice
 * @uid: a user
 *
 * Returns: (transfer none) (nullable): that person, if signed in
 */
const CfNoticePerson *
cf_notice_find_person (const CfNotice *self, guint32 uid)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->people->len; i++)
    {
      const CfNoticePerson *person = g_ptr_array_index (self->people, i);

      if (person->uid == uid)
        return person;
    }
  return NULL;
}

/**
 * cf_notice_count_others:
 * @self: a notice
 * @uid: a user
 *
 * Returns: how many are signed in besides @uid
 */
guint
cf_notice_count_others (const CfNotice *self, guint32 uid)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->people->len - (cf_notice_find_person (self, uid) != NULL ? 1 : 0);
}

/**
 * cf_notice_count_ready:
 * @self: a notice
 *
 * Returns: how many of those who are signed in are ready
 */
guint
cf_notice_count_ready (const CfNotice *self)
{
  guint n_ready = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (guint i = 0; i < self->people->len; i++)
    n_ready += ((const CfNoticePerson *) g_ptr_array_index (self->people, i))->is_ready ? 1 : 0;
  return n_ready;
}
