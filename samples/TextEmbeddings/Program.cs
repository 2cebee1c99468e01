using TextEmbeddings;

// dotnet run -- network/vocab.txt "a question" "an answer" "another one" …
if (args.Length < 3)
{
    Console.Error.WriteLine("usage: TextEmbeddings VOCABULARY QUERY SENTENCE…");
    return 64;
}

using var embedder = new SentenceEmbedder(args[0]);
float[][] vectors = embedder.Embed(args[1..]);
foreach (var (sentence, vector) in args[2..].Zip(vectors[1..]).OrderByDescending(s => SentenceEmbedder.Similarity(vectors[0], s.Second)))
{
    Console.WriteLine(FormattableString.Invariant($"{SentenceEmbedder.Similarity(vectors[0], vector):F3} {sentence}"));
}

return 0;
