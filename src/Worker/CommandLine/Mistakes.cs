using System.CommandLine;
using System.CommandLine.Parsing;
using MixPrec.Metadata;

namespace MixPrec.Worker.CommandLine;

/// <summary>
/// What is wrong with a command line, in one line that says what to type: a misspelled word with the known one that is nearest.
/// </summary>
internal static class Mistakes
{
    /// <exception cref="UsageException">The command line cannot be understood.</exception>
    public static void ThrowIfAny(ParseResult given)
    {
        var command = given.CommandResult.Command;
        if (MisspelledOption(given) is { } option)
        {
            throw new UsageException($"unknown option {option}{Near(option, Names(command)) ?? "."}");
        }

        if (command.Subcommands.Count > 0 && given.UnmatchedTokens is [var word, ..])
        {
            string[] commands = [.. command.Subcommands.Select(known => known.Name)];
            throw new UsageException($"unknown command {word}{Near(word, commands) ?? $"; commands are {string.Join(", ", commands)}."}");
        }

        if (given.UnmatchedTokens is [var superfluous, ..])
        {
            throw new UsageException($"nothing is expected where {superfluous} stands.");
        }

        foreach (var argument in command.Arguments
            .Where(argument => argument.Arity.MinimumNumberOfValues > 0 && given.GetResult(argument) is not { Tokens.Count: > 0 }))
        {
            throw new UsageException($"{argument.Name} is missing.");
        }

        foreach (var required in command.Options
            .Where(required => required.Required && given.GetResult(required) is not { Implicit: false }))
        {
            throw new UsageException($"{required.Name} is missing.");
        }

        if (command.Options.FirstOrDefault(o => given.GetResult(o)?.Errors.Any() == true) is { } odd
            && (Nullable.GetUnderlyingType(odd.ValueType) ?? odd.ValueType) is { IsPrimitive: true } number && number != typeof(bool)
            && given.GetResult(odd) is { Tokens: [var token] })
        {
            throw new UsageException($"{odd.Name} \"{token.Value}\" is not valid: expected "
                + (number == typeof(int) ? "a whole number." : "a number, such as 0.5."));
        }

        if (given.Errors is [var error, ..])
        {
            throw new UsageException(error.Message.TrimEnd('.') + ".");
        }
    }

    /// <summary>The parser takes an option that it does not know for a file name where one may stand.</summary>
    private static string? MisspelledOption(ParseResult given)
    {
        var positional = given.CommandResult.Command.Arguments.SelectMany(argument => given.GetResult(argument)?.Tokens ?? [])
            .Select(token => token.Value);
        int literal = given.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Count();
        var behindDashes = given.Tokens.Skip(literal).Select(token => token.Value).ToHashSet(StringComparer.Ordinal);
        return positional.Concat(given.UnmatchedTokens)
            .FirstOrDefault(word => word.Length > 1 && word[0] == '-' && !behindDashes.Contains(word))?.Split('=')[0];
    }

    private static IEnumerable<string> Names(Command command) => command.Options.Select(option => option.Name).Append("--help");

    private static string? Near(string word, IEnumerable<string> known) => Suggestion.For(word, known) is { } nearest
        ? $"; did you mean {nearest}?" : null;
}
