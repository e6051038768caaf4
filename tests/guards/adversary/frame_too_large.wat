;; Each call clears 30,000 locals, at the price of one instruction.
;; at: setup
;; expect: values in its frame, the limit is 500
;; locals: 30000
(func $big LOCALS)
(func $attack (loop $again (call $big) (br $again)))
