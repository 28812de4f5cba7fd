/// A kernel thread borrows an address space that is kept in a field without a reference to its users.
/// One file at a time: where a field is written in one file and borrowed in another, nothing is reported.
//
// Options: --no-includes --include-headers

// Borrowed with the users counted in the same function.
@held exists@
expression mm;
position p;
@@
(
mmget(mm)
|
mmget_not_zero(mm)
|
mm = get_task_mm(...)
)
... when != mmput(mm)
    when != mmput_async(mm)
(
kthread_use_mm@p(mm)
|
use_mm@p(mm)
)

// Stored with the users counted, before or after.
@counted exists@
expression mm, object;
identifier member;
position p;
@@
(
mmget(mm)
|
mmget_not_zero(mm)
|
mm = get_task_mm(...)
)
... when != mmput(mm)
object->member@p = mm

@counted_at_once@
expression object;
identifier member;
position p;
@@
object->member@p = get_task_mm(...)

@counted_later exists@
expression mm, object;
identifier member;
position p;
@@
object->member@p = mm
... when != mmput(mm)
(
mmget(mm)
|
mmget(object->member)
|
mmget_not_zero(object->member)
)

@borrowed@
expression object;
identifier member;
position p != held.p;
@@
(
kthread_use_mm@p(object->member)
|
use_mm@p(object->member)
)

@borrowed_local exists@
expression object;
identifier mm, member;
position p != held.p;
@@
mm = object->member
... when != mm = ...
(
kthread_use_mm@p(mm)
|
use_mm@p(mm)
)

// The same member is stored without that: with mmgrab alone, or with nothing.
@stored@
expression object;
expression mm != NULL;
identifier borrowed.member;
position p != {counted.p, counted_at_once.p, counted_later.p};
@@
object->member@p = mm

@stored_local@
expression object;
expression mm != NULL;
identifier borrowed_local.member;
position p != {counted.p, counted_at_once.p, counted_later.p};
@@
object->member@p = mm

@script:python depends on stored@
p << borrowed.p;
member << borrowed.member;
@@
coccilib.report.print_report(p[0], "borrows ->%s, of whose users none is counted" % member)

@script:python depends on stored_local@
p << borrowed_local.p;
member << borrowed_local.member;
@@
coccilib.report.print_report(p[0], "borrows ->%s, of whose users none is counted" % member)
