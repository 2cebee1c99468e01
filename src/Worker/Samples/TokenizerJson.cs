using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace MixPrec.Worker.Samples;

/// <summary>
/// <c>tokenizer.json</c> of Hugging Face, as far as Microsoft.ML.Tokenizers computes the same: WordPiece, and byte-level BPE with the words
/// of GPT-2. What it would cut otherwise is refused.
/// </summary>
internal static class TokenizerJson
{
    /// <summary>Whether a JSON file is one: <c>vocab.json</c> has numbers only.</summary>
    public static bool Is(JsonElement file) => file.ValueKind == JsonValueKind.Object
        && file.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.Object;

    /// <exception cref="InvalidDataException">It is of another kind.</exception>
    public static TextTokens Read(JsonElement file)
    {
        var model = file.GetProperty("model");
        return Kind(model) switch
        {
            "WordPiece" => WordPieces(file, model),
            "BPE" => BytePairs(file, model),
            var other => throw new InvalidDataException($"its model is {other}, and WordPiece and byte-level BPE are read"),
        };
    }

    private static TextTokens WordPieces(JsonElement file, JsonElement model)
    {
        var normalizer = Part(file, "normalizer");
        Require(normalizer is null || Kind(normalizer.Value) == "BertNormalizer", "normalizer", normalizer);
        var words = Part(file, "pre_tokenizer");
        Require(words is not null && Kind(words.Value) == "BertPreTokenizer", "pre_tokenizer", words);
        bool isLower = normalizer is { } n && Flag(n, "lowercase") == true;
        var bert = BertTokenizer.Create(Lines(model.GetProperty("vocab").EnumerateObject().OrderBy(t => t.Value.GetInt32())
            .Select((t, i) => t.Value.GetInt32() == i ? t.Name : throw new InvalidDataException($"no token has the number {i}"))),
            new BertOptions
            {
                LowerCaseBeforeTokenization = isLower,
                RemoveNonSpacingMarks = normalizer is { } given && (Flag(given, "strip_accents") ?? isLower),
            });
        return new(line => bert.EncodeToIds(line), bert.PaddingTokenId);
    }

    private static TextTokens BytePairs(JsonElement file, JsonElement model)
    {
        var normalizer = Part(file, "normalizer");
        Require(normalizer is null, "normalizer", normalizer);
        var words = Part(file, "pre_tokenizer");
        Require(words is { } w && Kind(w) == "ByteLevel" && Flag(w, "use_regex") != false, "pre_tokenizer", words);
        var processor = Part(file, "post_processor");
        Require(processor is null || Kind(processor.Value) == "ByteLevel", "post_processor", processor);
        using var vocabulary = new MemoryStream(Encoding.UTF8.GetBytes(model.GetProperty("vocab").GetRawText()));
        using var merges = Lines(model.GetProperty("merges").EnumerateArray().Select(Pair).Prepend("#version: 0.2"));
        var bpe = CodeGenTokenizer.Create(vocabulary, merges, addPrefixSpace: Flag(words!.Value, "add_prefix_space") == true);
        return new(line => bpe.EncodeToIds(line), 0);
    }

    /// <summary>"a b", in newer files ["a", "b"].</summary>
    private static string Pair(JsonElement merge) => merge.ValueKind == JsonValueKind.String ? merge.GetString()!
        : string.Join(' ', merge.EnumerateArray().Select(part => part.GetString()));

    private static MemoryStream Lines(IEnumerable<string> lines) => new(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));

    private static JsonElement? Part(JsonElement file, string name) =>
        file.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? part : null;

    private static bool? Flag(JsonElement part, string name) =>
        part.TryGetProperty(name, out var flag) && flag.ValueKind is JsonValueKind.True or JsonValueKind.False ? flag.GetBoolean() : null;

    private static string Kind(JsonElement part) => part.TryGetProperty("type", out var type) ? type.GetString() ?? "" : "";

    private static void Require(bool isKnown, string name, JsonElement? part)
    {
        if (!isKnown)
        {
            throw new InvalidDataException($"its {name} is {(part is { } known ? Kind(known) : "missing")}, which is not read");
        }
    }
}
