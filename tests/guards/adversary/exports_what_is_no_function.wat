;; Exports its memory under the name of an entry.
;; expect: its export setup is not a function
(module
  (memory (export "memory") (export "setup") 1)
  (func (export "handle_update_request")))
