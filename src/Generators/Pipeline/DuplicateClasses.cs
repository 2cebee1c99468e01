using System;
using System.Collections.Generic;
using System.Linq;
using MixPrec.Plan;

namespace MixPrec.Generator;

/// <summary>Which file announces which class.</summary>
internal sealed record ClassOrigin(string HintName, string Path);

/// <summary>
/// The files whose class another file announces first. Case does not separate two names: their sources would be one file on many systems.
/// </summary>
internal sealed record DuplicateClasses(EquatableArray<ClassOrigin> First, EquatableArray<ClassOrigin> Later)
{
    public static DuplicateClasses Find(IEnumerable<ClassOrigin> origins)
    {
        var groups = origins.Where(o => o.HintName.Length > 0).Distinct().GroupBy(o => o.HintName, StringComparer.OrdinalIgnoreCase)
            .Select(g => g.OrderBy(o => o.Path, StringComparer.Ordinal).ToArray()).Where(g => g.Length > 1).ToArray();
        return new(new(groups.Select(g => g[0])), new(groups.SelectMany(g => g.Skip(1))));
    }

    /// <summary>The path of the file that announces the class instead of <paramref name="plan"/>'s, or null.</summary>
    public string? InsteadOf(PlannedClass plan) =>
        Later.Contains(new ClassOrigin(plan.HintName, plan.Path)) ? First.First(o =>
            string.Equals(o.HintName, plan.HintName, StringComparison.OrdinalIgnoreCase)).Path : null;
}
