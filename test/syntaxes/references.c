// SYNTAX TEST "source.c" "calls that take, give back or borrow references to an mm"

static void capture(struct dev *dev)
{
    dev->mm = get_task_mm(current);
//            ^^^^^^^^^^^ source.c keyword.control.mm-reference.take.mm-lifetime
//                       ^^^^^^^ - keyword.control.mm-reference.take.mm-lifetime
    if (mmget_not_zero(dev->mm))
//      ^^^^^^^^^^^^^^ keyword.control.mm-reference.take.mm-lifetime
        kthread_use_mm (dev->mm);
//      ^^^^^^^^^^^^^^ keyword.control.mm-reference.borrow.mm-lifetime
    copy(unuse_mm(mm), mmput(dev->mm));
//  ^^^^ entity.name.function.c - keyword.control.mm-reference.return.mm-lifetime
//       ^^^^^^^^ keyword.control.mm-reference.return.mm-lifetime
//                     ^^^^^ keyword.control.mm-reference.give.mm-lifetime
    my_mmput(mm);
//  ^^^^^^^^ entity.name.function.c - keyword.control.mm-reference.give.mm-lifetime
    mmput_later(mm);
//  ^^^^^^^^^^^ entity.name.function.c - keyword.control.mm-reference.give.mm-lifetime
    dev->mmput = mmput;
//       ^^^^^ - keyword.control.mm-reference.give.mm-lifetime
//               ^^^^^ - keyword.control.mm-reference.give.mm-lifetime
    mmu_notifier_register(&dev->mn, dev->mm);
//  ^^^^^^^^^^^^^^^^^^^^^ keyword.control.mm-reference.take.mm-lifetime
    pr_info("mmput(mm) \" mmdrop(mm)");
//           ^^^^^ string.quoted.double.c - keyword.control.mm-reference.give.mm-lifetime
//                        ^^^^^^ string.quoted.double.c - keyword.control.mm-reference.give.mm-lifetime
    /* mmgrab(mm) was here */
//     ^^^^^^ comment.block.c - keyword.control.mm-reference.take.mm-lifetime
    mmdrop(mm);
//  ^^^^^^ keyword.control.mm-reference.give.mm-lifetime
}
