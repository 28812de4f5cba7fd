// SYNTAX TEST "source.c" "lifetime comments and ignore comments"

    /* mm lifetime: exit_aio() waits for this request */
//     ^^^^^^^^^^^^ source.c comment.block.c storage.type.annotation.guarantee.mm-lifetime
//                 ^^^^^^^^ comment.block.c - keyword.control.mm-reference.teardown.mm-lifetime
    // MM lifetime: caller holds mm_users
//     ^^^^^^^^^^^^ comment.line.double-slash.c storage.type.annotation.guarantee.mm-lifetime
    /* mm-lifetime: ignore(use-claimed) the device is built in */
//     ^^^^^^^^^^^^ comment.block.c storage.type.annotation.ignore.mm-lifetime
//                  ^^^^^^ keyword.control.ignore.mm-lifetime
//                        ^ - keyword.control.ignore.mm-lifetime constant.other.rule.mm-lifetime
//                         ^^^^^^^^^^^ constant.other.rule.mm-lifetime
//                                    ^ - constant.other.rule.mm-lifetime
//                                      ^^^ comment.block.c - constant.other.rule.mm-lifetime
    /*
     * A long one.
     * mm lifetime: the queue is drained first
//     ^^^^^^^^^^^^ comment.block.c storage.type.annotation.guarantee.mm-lifetime
     */
    /* the comm lifetime: of a task */
//        ^^^^^^^^^^^^^^ comment.block.c - storage.type.annotation.guarantee.mm-lifetime
    puts("mm lifetime: text");
//        ^^^^^^^^^^^^ string.quoted.double.c - storage.type.annotation.guarantee.mm-lifetime
    mm_lifetime: return;
//  ^^^^^^^^^^^^ - storage.type.annotation.guarantee.mm-lifetime
