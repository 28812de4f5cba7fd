" Waits for findings, applies the code action whose title holds $MM_TITLE, writes all files, and puts what was seen into $MM_SEEN as JSON.
runtime! autoload/ale/util.vim
let s:seen = {}

function! s:finish() abort
	call writefile([json_encode(s:seen)], $MM_SEEN)
	qall!
endfunction

function! s:findings() abort
	return ale#engine#GetLoclist(bufnr(''))
endfunction

function! s:await(what, condition) abort
	for l:round in range(400)
		if a:condition()
			return
		endif
		sleep 50m
	endfor
	let s:seen.failed = a:what
	call s:finish()
endfunction

function! ale#util#Input(message, value, ...) abort
	let s:seen.actions = filter(split(a:message, "\n"), {_, line -> line =~# '^\d'})
	for l:action in s:seen.actions
		if stridx(l:action, $MM_TITLE) >= 0
			return matchstr(l:action, '^\d\+')
		endif
	endfor
	return ''
endfunction

set hidden nobackup
call ale#Queue(0)
call s:await('findings', {-> !empty(s:findings())})
let s:seen.before = map(copy(s:findings()), {_, finding -> {'line': finding.lnum, 'message': finding.text}})
call cursor(s:findings()[0].lnum, s:findings()[0].col)
ALECodeAction
call s:await('edit', {-> !empty(filter(getbufinfo(), {_, buffer -> buffer.changed}))})
wall
call ale#Queue(0)
call s:await('end of the findings', {-> empty(s:findings())})
let s:seen.after = len(s:findings())
call s:finish()
