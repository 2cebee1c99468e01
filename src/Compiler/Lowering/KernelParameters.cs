using System.Collections.Concurrent;
using System.Reflection;
using MixPrec.Plan;
using MixPrec.Runtime;

namespace MixPrec.Compiler.Lowering;

/// <summary>The names that the runtime's kernels and structs give their parameters: emitted calls name their arguments.</summary>
internal static class KernelParameters
{
    private const string Kernels = "MixPrec.Runtime.Kernels.";

    private static readonly Assembly Runtime = typeof(ModelSession).Assembly;
    private static readonly ConcurrentDictionary<(string Member, int Arguments), string[]> Known = [];

    /// <param name="method">Class and method in the runtime's kernels.</param>
    public static IEnumerable<PlanArgument> Named(string method, IReadOnlyList<PlanArgument> arguments)
    {
        int dot = method.LastIndexOf('.');
        return Named(method, arguments, () =>
            (Runtime.GetType(Kernels + method[..dot])?.GetMethods(BindingFlags.Public | BindingFlags.Static) ?? [])
            .Where(m => m.Name == method[(dot + 1)..]));
    }

    /// <param name="type">A struct of the runtime's kernels, or a class and a method that makes one.</param>
    public static IEnumerable<PlanArgument> OfConstructor(string type, IReadOnlyList<PlanArgument> arguments) =>
        PlanArgument.Construct.IsMethod(type) ? Named(type, arguments)
        : Named(type, arguments, () => Runtime.GetType(Kernels + type)?.GetConstructors() ?? []);

    /// <summary>Overloads that call a parameter differently leave its argument without a name.</summary>
    private static IEnumerable<PlanArgument> Named(string member, IReadOnlyList<PlanArgument> arguments,
        Func<IEnumerable<MethodBase>> overloads)
    {
        string[] names = Known.GetOrAdd((member, arguments.Count), _ =>
        {
            string[][] all = [.. overloads().Select(m => m.GetParameters()).Where(p => p.Length == arguments.Count)
                .Select(p => p.Select(x => x.Name!).ToArray())];
            return [.. Enumerable.Range(0, arguments.Count).Select(i =>
                all.Select(a => a[i]).Distinct().ToArray() is [var only] ? only : "")];
        });
        return arguments.Select((argument, i) => argument with { Name = names[i] });
    }
}
