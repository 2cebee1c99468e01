using MixPrec.Metadata;

namespace MixPrec.Worker.CommandLine;

/// <summary>The arguments of one command: positional ones in order, and options by name.</summary>
internal sealed class ParsedArguments
{
    /// <summary>A longer list is for the help, not for an error line.</summary>
    private const int ListedOptions = 8;

    private readonly Dictionary<string, List<string>> options = new(StringComparer.Ordinal);
    private readonly List<string> positional = [];

    public IReadOnlyList<string> Positional => positional;

    /// <summary>The value of an option, the last one if it is repeatable; null when it was not given.</summary>
    public string? this[string option] => options.TryGetValue(option, out var values) ? values[^1] : null;

    public bool Has(string option) => options.ContainsKey(option);

    public IReadOnlyList<string> All(string option) => options.TryGetValue(option, out var values) ? values : [];

    /// <summary>The only positional argument, as a full path.</summary>
    /// <exception cref="UsageException">There is none, or more than one.</exception>
    public string SinglePath(string name) => positional.Count switch
    {
        1 => Path.GetFullPath(positional[0]),
        0 => throw new UsageException($"{name} is missing."),
        _ => throw new UsageException($"one {name} is expected, {positional.Count} are given."),
    };

    /// <summary>Reads <c>--name value</c>, <c>--name=value</c>, <c>--flag</c> and positional arguments in any order; after <c>--</c> all are positional.</summary>
    /// <exception cref="UsageException">An option is unknown, repeated or lacks its value.</exception>
    public static ParsedArguments Parse(IReadOnlyList<string> arguments, IReadOnlyList<CommandOption> known)
    {
        var parsed = new ParsedArguments();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument == "--")
            {
                parsed.positional.AddRange(arguments.Skip(i + 1));
                break;
            }

            if (!argument.StartsWith('-') || argument.Length == 1)
            {
                parsed.positional.Add(argument);
                continue;
            }

            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? argument : argument[..equals];
            var option = known.FirstOrDefault(candidate => candidate.Name == name) ?? throw Unknown(name, known);
            string? value = equals < 0 ? null : argument[(equals + 1)..];
            if (option.Value is not null && value is null)
            {
                value = ++i < arguments.Count ? arguments[i] : throw new UsageException($"{name} needs a value: {option.Usage}.");
            }

            parsed.Add(option, value);
        }

        return parsed;
    }

    private static UsageException Unknown(string name, IReadOnlyList<CommandOption> known) =>
        new(Suggestion.For(name, known.Select(option => option.Name)) is { } near
            ? $"unknown option {name}; did you mean {near}?"
            : known.Count > ListedOptions ? $"unknown option {name}."
            : $"unknown option {name}; known are {string.Join(", ", known.Select(option => option.Name))}.");

    private void Add(CommandOption option, string? value)
    {
        if (option.Value is null && value is not null)
        {
            throw new UsageException($"{option.Name} takes no value.");
        }

        if (options.TryGetValue(option.Name, out var values) && !option.IsRepeatable)
        {
            throw new UsageException($"{option.Name} is given twice.");
        }

        options[option.Name] = [.. values ?? [], value ?? ""];
    }
}
