;; Waits for findings, applies the code action whose title holds $MM_TITLE, writes all files, and puts what was seen into $MM_SEEN as JSON.
(require 'cl-lib)
(require 'json)
(setq make-backup-files nil
      create-lockfiles nil
      eglot-autoshutdown nil)

(defun drive-finish (seen)
  "Leave what was SEEN for the test."
  (with-temp-file (getenv "MM_SEEN") (insert (json-encode seen)))
  (kill-emacs))

(defun drive-await (what condition)
  "Hand over to the server until CONDITION holds; WHAT says what is waited for."
  (let ((end (+ (float-time) 20)))
    (while (not (funcall condition))
      (when (> (float-time) end)
        (drive-finish `((failed . ,what))))
      (accept-process-output nil 0.05))))

(defun drive-findings ()
  "The findings of the buffer, as flymake shows them."
  (mapcar (lambda (finding)
            `((line . ,(line-number-at-pos (flymake-diagnostic-beg finding)))
              (message . ,(flymake-diagnostic-text finding))))
          (flymake-diagnostics)))

(defun drive (file title)
  "Fix FILE with the code action that holds TITLE."
  (find-file file)
  ;; Batch mode reads no commands: what `eglot-ensure' leaves for after the first one is asked for.
  (run-hooks 'post-command-hook)
  (drive-await "connection" #'eglot-current-server)
  (drive-await "findings" #'drive-findings)
  (let ((before (vconcat (drive-findings)))
        (finding (car (flymake-diagnostics)))
        actions)
    (goto-char (flymake-diagnostic-beg finding))
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt items &rest _)
                 (setq actions (mapcar #'car items))
                 (cl-find-if (lambda (item) (string-search title item)) actions)))
              ((symbol-function 'y-or-n-p) #'always)
              (last-nonmenu-event t))
      (eglot-code-actions (flymake-diagnostic-beg finding) (flymake-diagnostic-end finding) nil t))
    (save-some-buffers t)
    (drive-await "end of the findings" (lambda () (null (drive-findings))))
    (drive-finish `((before . ,before) (actions . ,(vconcat actions)) (after . ,(length (drive-findings)))))))

(drive (getenv "MM_FILE") (getenv "MM_TITLE"))
