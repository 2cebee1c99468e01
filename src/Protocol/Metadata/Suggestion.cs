namespace MixPrec.Metadata;

/// <summary>The known word that an unknown one was probably meant to be.</summary>
internal static class Suggestion
{
    private const int LargestDistance = 3;

    /// <summary>What is longer was not typed, and a distance takes the product of the lengths.</summary>
    private const int LongestWord = 100;

    /// <summary>Null where none is near.</summary>
    public static string? For(string word, IEnumerable<string> known) =>
        known.Where(candidate => word.Length <= LongestWord && candidate.Length <= LongestWord)
            .Select(candidate => (Word: candidate, Distance: EditDistance.Between(word, candidate)))
            .Where(candidate => candidate.Distance <= Math.Min(LargestDistance, word.Length / 2))
            .OrderBy(candidate => candidate.Distance).Select(candidate => candidate.Word).FirstOrDefault();
}
