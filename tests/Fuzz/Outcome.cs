using MixPrec.Compiler;
using MixPrec.Diagnostics;

namespace MixPrec.Fuzz;

/// <summary>What is a refusal and what is a finding.</summary>
internal static class Outcome
{
    public const string Accepted = "accepted";

    /// <summary>The id of a refusal. Every other exception passes, an internal error among them.</summary>
    public static string Of(Action read)
    {
        try
        {
            read();
            return Accepted;
        }
        catch (MixPrecException e) when (e.Description != DiagnosticCatalog.Internal)
        {
            return e.Description.Id;
        }
    }
}
