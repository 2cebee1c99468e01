using MixPrec.Compiler.Formats;
using MixPrec.Compiler.Selection;

namespace MixPrec.Compiler.Planning;

/// <summary>
/// The integer program under <c>MaxWeightBytes</c>, which bounds the weights file: weights with their padding, and every constant that no
/// precision changes. The program adds up bytes without padding, so that what it leaves out is measured by writing a choice, and a choice
/// that is written over the limit makes what is left out larger, until one keeps it.
/// </summary>
/// <param name="write">Bytes of the weights file of an assignment.</param>
internal sealed class LimitedWeights(Func<PrecisionAssignment, long> write)
{
    /// <summary>Padding differs little between choices: the second one keeps the limit nearly always.</summary>
    private const int Rounds = 8;

    /// <summary>Without a limit the program as it is; with one a choice whose file keeps it, where there is one.</summary>
    public SelectionResult Solve(SelectionProblem problem)
    {
        if (problem.MaxWeightBytes is not { } most)
        {
            return IntegerProgram.Solve(problem);
        }

        var least = problem with
        {
            Groups = [.. problem.Groups.Select(g => g with { Configurations = [g.Configurations.MinBy(c => c.WeightBytes)!] })],
        };
        problem = problem with { FixedWeightBytes = LeftOut(least) };
        var result = Within(problem);
        for (int round = 0; round < Rounds && result.Chosen.Count > 0; round++)
        {
            long written = write(result.Assignment);
            if (written <= most)
            {
                return result;
            }

            result = Within(problem
                with { FixedWeightBytes = result.Problem.FixedWeightBytes + written - result.WeightBytes });
        }

        // Of the smallest choice it is known exactly what it takes.
        var smallest = Within(least with { FixedWeightBytes = problem.FixedWeightBytes });
        return smallest.Chosen.Count > 0 ? smallest.Among(problem.Groups) : result.Chosen.Count > 0 ? smallest : result;
    }

    /// <summary>
    /// A limit of time is one of measurements: where bytes leave only choices that are predicted to be slower, the fastest of them is
    /// measured.
    /// </summary>
    private static SelectionResult Within(SelectionProblem problem) => IntegerProgram.Solve(FastestChoice.Reachable(problem));

    /// <summary>What a program of one choice writes beyond the bytes that it adds up.</summary>
    private long LeftOut(SelectionProblem only)
    {
        var configurations = only.Groups.Select(g => g.Configurations[0]).ToArray();
        var assignment = new PrecisionAssignment(only.Groups.Zip(configurations)
            .SelectMany(p => p.First.Subgraph.Quantizable.Zip(p.Second.Precisions)).ToDictionary(p => p.First.Name, p => p.Second));
        return write(assignment) - configurations.Sum(c => c.WeightBytes);
    }
}
