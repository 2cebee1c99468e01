namespace MixPrec.Worker.CommandLine;

/// <summary>A command line that cannot be understood; the message says what to type instead.</summary>
internal sealed class UsageException(string message) : Exception(message);
