using System.Globalization;

namespace MixPrec.Fuzz.Sessions;

/// <summary>The command line of <see cref="SessionStress"/>.</summary>
internal static class SessionCommand
{
    public const string Name = "sessions", Usage = "fuzz sessions [THREADS [SECONDS [SEED]]]";

    /// <summary>Memory that a process may hold more of at the end: the pools of the runtime and of the heap breathe.</summary>
    public const long Breath = 32L << 20;

    /// <returns>Exit code: 0 without faults, 1 with some.</returns>
    /// <exception cref="FormatException">The command line is wrong.</exception>
    public static int Run(string[] arguments)
    {
        if (arguments.Length > 3)
        {
            throw new FormatException(Usage);
        }

        int[] given = [.. arguments.Select(a => int.Parse(a, CultureInfo.InvariantCulture))];
        using var stress = new SessionStress();
        stress.Run(given.ElementAtOrDefault(0) is > 0 and var threads ? threads : 64,
            TimeSpan.FromSeconds(given.ElementAtOrDefault(1) is > 0 and var seconds ? seconds : 300), given.ElementAtOrDefault(2));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{stress.Runs:N0} runs, {stress.Abandoned:N0} abandoned, memory {stress.Memory.Early >> 20} MiB in the second quarter and {stress.Memory.Late >> 20} in the last, {stress.Faults.Values.Sum()} faults"));
        foreach (var (fault, times) in stress.Faults)
        {
            Console.WriteLine($"{times} times: {fault}");
        }

        return stress.Faults.Count == 0 && stress.Memory.Late < stress.Memory.Early + Breath ? 0 : 1;
    }
}
