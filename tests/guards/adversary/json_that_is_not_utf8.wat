;; Octets that are not UTF-8: stray, overlong, a surrogate, beyond the last, cut short.
;; cases: 5
;; expect: JSON: 
(data (i32.const 1024) "\"\ff\fe\"\00")
(data (i32.const 1032) "\"\c0\af\"\00")
(data (i32.const 1040) "\"\ed\a0\80\"\00")
(data (i32.const 1048) "\"\f4\90\80\80\"\00")
(data (i32.const 1056) "\"\e2\82\00")
(func $attack
  (call $apply (i32.add (i32.const 1024) (i32.mul (global.get $case) (i32.const 8)))))
