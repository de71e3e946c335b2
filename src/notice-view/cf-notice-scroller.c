/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-notice-scroller.h"

struct _CfNoticeScroller
{
  GtkWidget parent_instance;

  GtkWidget *scrolled_window; /* (owned) */
  GtkWidget *child;           /* (owned) (nullable) */
  int max_height;
  double max_lines; /* 0: no limit */
};

G_DEFINE_FINAL_TYPE (CfNoticeScroller, cf_notice_scroller, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_CHILD = 1,
  PROP_MAX_HEIGHT,
  PROP_MAX_LINES
} CfNoticeScrollerProperty;
static GParamSpec *props[PROP_MAX_LINES + 1];

enum
{
  SCROLLED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static gboolean
scroll_cb (GtkEventControllerScroll *controller, double dx, double dy, CfNoticeScroller *self)
{
  g_signal_emit (self, signals[SCROLLED], 0);
  return GDK_EVENT_PROPAGATE;
}

/* Asked for each time: the person may change how large text is. */
static int
get_max_height (CfNoticeScroller *self)
{
  PangoFontMetrics *metrics;
  int line;

  if (self->max_lines == 0)
    return self->max_height;
  metrics = pango_context_get_metrics (gtk_widget_get_pango_context (self->child), NULL, NULL);
  line = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));
  pango_font_metrics_unref (metrics);
  return MIN (self->max_height, (int) (self->max_lines * line));
}

static GtkSizeRequestMode
cf_notice_scroller_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
cf_notice_scroller_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                            int *minimum, int *natural, int *minimum_baseline,
                            int *natural_baseline)
{
  CfNoticeScroller *self = CF_NOTICE_SCROLLER (widget);
  int child_natural = 0;
  int max_height;

  gtk_widget_measure (self->scrolled_window, orientation, -1, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL || self->child == NULL)
    return;
  gtk_widget_measure (self->child, GTK_ORIENTATION_VERTICAL, for_size, NULL, &child_natural, NULL,
                      NULL);
  max_height = get_max_height (self);
  /* where there is little room, half of a text still has to be seen at once */
  if (self->max_lines > 0)
    *minimum = MAX (*minimum, MIN (child_natural, max_height / 2));
  *natural = MAX (*minimum, MIN (child_natural, max_height));
}

static void
cf_notice_scroller_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  CfNoticeScroller *self = CF_NOTICE_SCROLLER (widget);

  gtk_widget_size_allocate (self->scrolled_window, &(GtkAllocation){ 0, 0, width, height },
                            baseline);
}

static void
set_child (CfNoticeScroller *self, GtkWidget *child)
{
  if (!g_set_object (&self->child, child))
    return;
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled_window), child);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CHILD]);
}

static void
cf_notice_scroller_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CfNoticeScroller *self = CF_NOTICE_SCROLLER (object);

  switch ((CfNoticeScrollerProperty) id)
    {
    case PROP_CHILD:
      g_value_set_object (value, self->child);
      break;
    case PROP_MAX_HEIGHT:
      g_value_set_int (value, self->max_height);
      break;
    case PROP_MAX_LINES:
      g_value_set_double (value, self->max_lines);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cf_notice_scroller_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CfNoticeScroller *self = CF_NOTICE_SCROLLER (object);

  switch ((CfNoticeScrollerProperty) id)
    {
    case PROP_CHILD:
      set_child (self, g_value_get_object (value));
      break;
    case PROP_MAX_HEIGHT:
      self->max_height = g_value_get_int (value);
      break;
    case PROP_MAX_LINES:
      self->max_lines = g_value_get_double (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cf_notice_scroller_dispose (GObject *object)
{
  CfNoticeScroller *self = CF_NOTICE_SCROLLER (object);

  g_clear_object (&self->child);
  g_clear_pointer (&self->scrolled_window, gtk_widget_unparent);
  G_OBJECT_CLASS (cf_notice_scroller_parent_class)->dispose (object);
}

static void
cf_notice_scroller_class_init (CfNoticeScrollerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = cf_notice_scroller_get_property;
  object_class->set_property = cf_notice_scroller_set_property;
  object_class->dispose = cf_notice_scroller_dispose;
  widget_class->get_request_mode = cf_notice_scroller_get_request_mode;
  widget_class->measure = cf_notice_scroller_measure;
  widget_class->size_allocate = cf_notice_scroller_size_allocate;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);

  props[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                             G_PARAM_STATIC_STRINGS);
  props[PROP_MAX_HEIGHT] = g_param_spec_int ("max-height", NULL, NULL, 0, G_MAXINT, G_MAXINT,
                                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                               G_PARAM_STATIC_STRINGS);
  props[PROP_MAX_LINES] = g_param_spec_double ("max-lines", NULL, NULL, 0, 1000, 0,
                                               G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                                 G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  signals[SCROLLED] = g_signal_new ("scrolled", CF_TYPE_NOTICE_SCROLLER, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
cf_notice_scroller_init (CfNoticeScroller *self)
{
  GtkEventController *scroll = gtk_event_controller_scroll_new (
    GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);

  self->scrolled_window = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy",
                                        GTK_POLICY_NEVER, "focusable", FALSE, NULL);
  gtk_widget_set_parent (self->scrolled_window, GTK_WIDGET (self));

  gtk_event_controller_set_propagation_phase (scroll, GTK_PHASE_CAPTURE);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
}

/**
 * cf_notice_scroller_to_top:
 * @self: a scroller
 *
 * Shows the beginning.
 */
void
cf_notice_scroller_to_top (CfNoticeScroller *self)
{
  g_return_if_fail (CF_IS_NOTICE_SCROLLER (self));

  gtk_adjustment_set_value (
    gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled_window)), 0);
}
