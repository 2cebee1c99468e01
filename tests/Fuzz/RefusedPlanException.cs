namespace MixPrec.Fuzz;

/// <summary>The generator refuses a plan that the compiler made.</summary>
internal sealed class RefusedPlanException(string reason) : Exception(reason);
