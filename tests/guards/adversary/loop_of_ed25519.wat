;; Checks one signature for ever: of RFC 8032's first test, which is valid.
;; expect: out of fuel
;; policy: fuel=100000000
(data (i32.const 1024) "\d7\5a\98\01\82\b1\0a\b7\d5\4b\fe\d3\c9\64\07\3a\0e\e1\72\f3\da\a6\23\25\af\02\1a\68\f7\07\51\1a")
(data (i32.const 1056) "\e5\56\43\00\c3\60\ac\72\90\86\e2\cc\80\6e\82\8a\84\87\7f\1e\b8\e5\d9\74\d8\73\e0\65\22\49\01\55\5f\b8\82\15\90\a3\3b\ac\c6\1e\39\70\1c\f9\b4\6b\d2\5b\f5\f0\59\5b\be\24\65\51\41\43\8e\7a\10\0b")
(func $attack
  (loop $again
    (br_if $again
      (call $ed25519_verify (i32.const 1024) (i32.const 1056) (i32.const 0) (i32.const 0)))))
