namespace MixPrec.Fuzz.Networks;

/// <summary>A network has another result than a reference.</summary>
/// <param name="place">Equal for differences of one kind: the operator that makes the output, and the reference.</param>
internal sealed class DifferentResultException(string place, string difference) : Exception($"{place}: {difference}")
{
    public string Place => place;
}
