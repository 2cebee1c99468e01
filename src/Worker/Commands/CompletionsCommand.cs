using System.CommandLine;
using MixPrec.Jobs;
using MixPrec.Worker.CommandLine;

namespace MixPrec.Worker.Commands;

/// <summary>Prints what a shell reads to complete this program's words; the shell then asks it with the line that was typed.</summary>
internal sealed class CompletionsCommand : WorkerCommand
{
    private static readonly IReadOnlyDictionary<string, string> s_scripts = new Dictionary<string, string>
    {
        ["bash"] = """
            _mixprec() { mapfile -t COMPREPLY < <(mixprec completions --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null); }
            complete -o default -F _mixprec mixprec

            """,
        ["zsh"] = """
            _mixprec() { local -a words_found; words_found=("${(@f)$(mixprec completions --line "$LBUFFER" 2>/dev/null)}"); compadd -- $words_found || _files; }
            compdef _mixprec mixprec

            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName mixprec -ScriptBlock {
              param($word, $command, $position)
              mixprec completions --line $command.ToString().PadRight($position).Substring(0, $position) |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }

            """,
    };

    private readonly Option<string> shell;
    private readonly Option<string> line;

    public CompletionsCommand()
        : base("completions", "print what completes commands and options in a shell", "mixprec completions --shell bash")
    {
        shell = AddOption<string>("--shell", "NAME", "bash, zsh or pwsh [bash]");
        shell.CompletionSources.Add(_ => s_scripts.Keys);
        line = AddOption<string>("--line", "TEXT", "what was typed so far: the words that may follow");
    }

    public override int Run(ParseResult arguments, CommandOutput output, CancellationToken cancellation)
    {
        if (arguments.GetValue(line) is { } typed)
        {
            foreach (string word in Words(typed, output))
            {
                output.Out.WriteLine(word);
            }

            return WorkerExitCode.Done;
        }

        string name = arguments.GetValue(shell) ?? "bash";
        output.Out.Write(s_scripts.GetValueOrDefault(name)
            ?? throw new UsageException($"--shell {name} is not known: {string.Join(", ", s_scripts.Keys)}."));
        return WorkerExitCode.Done;
    }

    /// <summary>The words that begin as the last one does; the first word of the line is the program.</summary>
    private static IEnumerable<string> Words(string typed, CommandOutput output)
    {
        int start = typed.IndexOf(' ', StringComparison.Ordinal);
        string rest = start < 0 ? "" : typed[(start + 1)..];
        string last = rest[(rest.LastIndexOf(' ') + 1)..];
        return CommandLineProgram.Root(output).Parse(rest).GetCompletions(rest.Length).Select(item => item.InsertText ?? item.Label)
            .Where(word => word.StartsWith(last, StringComparison.Ordinal)).Distinct();
    }
}
