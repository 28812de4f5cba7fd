-- Waits for findings, applies the code action whose title holds $MM_TITLE, writes all files, and puts what was seen into $MM_SEEN as JSON.
local seen = {}
local function finish()
	vim.fn.writefile({ vim.json.encode(seen) }, vim.env.MM_SEEN)
	vim.cmd("qall!")
end
local function await(what, condition)
	if not vim.wait(20000, condition, 50) then
		seen.failed = what
		finish()
	end
end

await("findings", function()
	return #vim.diagnostic.get(0) > 0
end)
seen.before = vim.tbl_map(function(finding)
	return { line = finding.lnum + 1, source = finding.source, message = finding.message }
end, vim.diagnostic.get(0))

vim.ui.select = function(items, options, choose)
	seen.actions = vim.tbl_map(options.format_item, items)
	for index, title in ipairs(seen.actions) do
		if title:find(vim.env.MM_TITLE, 1, true) then
			return choose(items[index], index)
		end
	end
	choose(nil)
end
local finding = vim.diagnostic.get(0)[1]
vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, finding.col })
vim.lsp.buf.code_action()
await("list of actions", function()
	return seen.actions ~= nil
end)
await("end of the finding", function()
	return #vim.tbl_filter(function(left)
		return left.code == finding.code
	end, vim.diagnostic.get(0)) == 0
end)
seen.after = #vim.diagnostic.get(0)
vim.cmd("wall")
finish()
