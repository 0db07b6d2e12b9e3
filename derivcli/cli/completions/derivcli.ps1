# Completion of derivcli for PowerShell.
#
# In this shell:  derivcli completion powershell | Out-String | Invoke-Expression
# In every shell: add that line to the file $PROFILE

Register-ArgumentCompleter -Native -CommandName derivcli -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $constant = [System.Management.Automation.Language.StringConstantExpressionAst]
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object {
        if ($_ -is $constant) { $_.Value } else { $_.Extent.Text }
    })
    if ($wordToComplete) { $words = @($words | Select-Object -SkipLast 1) }
    # The = keeps an empty word from being dropped on its way.
    $last = '=' + $wordToComplete.TrimStart("'", '"')
    & $commandAst.GetCommandName() completion powershell '--' @words $last 2>$null |
        ForEach-Object {
            $value, $help = $_ -split "`t", 2
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new(
                $value, $value, 'ParameterValue', $help)
        }
}
