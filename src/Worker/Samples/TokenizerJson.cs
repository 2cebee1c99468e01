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
    private const string UsualLength = "100";

    /// <summary>Whether a JSON file is meant to be one: <c>vocab.json</c> is an object of numbers.</summary>
    public static bool Is(JsonElement file) => file.ValueKind != JsonValueKind.Object
        || file.EnumerateObject().Any(member => member.Value.ValueKind != JsonValueKind.Number);

    /// <exception cref="InvalidDataException">It is of another kind.</exception>
    public static TextTokens Read(JsonElement file)
    {
        if (file.ValueKind != JsonValueKind.Object || Part(file, "model") is not { } model)
        {
            throw new InvalidDataException("it has no model");
        }

        if (Members(file, "added_tokens").Any(token => Flag(token, "special") != true))
        {
            throw new InvalidDataException("it has added tokens that texts may hold, and those are not read");
        }

        return Kind(model) switch
        {
            "WordPiece" => WordPieces(file, model),
            "BPE" => BytePairs(file, model),
            var other => throw new InvalidDataException(
                $"its model is {(other.Length > 0 ? other : "without a type")}, and WordPiece and byte-level BPE are read"),
        };
    }

    private static TextTokens WordPieces(JsonElement file, JsonElement model)
    {
        var normalizer = Part(file, "normalizer");
        Require(normalizer is null || Kind(normalizer.Value) == "BertNormalizer", "normalizer", normalizer);
        var words = Part(file, "pre_tokenizer");
        Require(words is not null && Kind(words.Value) == "BertPreTokenizer", "pre_tokenizer", words);
        Require(Part(file, "post_processor") is not null, "post_processor", null);
        RequireUsual(model, "unk_token", "[UNK]");
        RequireUsual(model, "continuing_subword_prefix", "##");
        if (model.TryGetProperty("max_input_chars_per_word", out var longest) && longest.GetRawText() != UsualLength)
        {
            throw new InvalidDataException($"its max_input_chars_per_word is {longest.GetRawText()}, and only {UsualLength} is read");
        }

        bool isLower = normalizer is { } n && Flag(n, "lowercase") == true;
        var bert = BertTokenizer.Create(Lines(Vocabulary(model).EnumerateObject().OrderBy(t => t.Value.GetInt32())
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
        RequireUsual(model, "continuing_subword_prefix", "");
        RequireUsual(model, "end_of_word_suffix", "");
        if (Flag(model, "ignore_merges") == true || Flag(model, "byte_fallback") == true)
        {
            throw new InvalidDataException("it ignores merges or falls back to bytes, which is not read");
        }

        using var vocabulary = new MemoryStream(Encoding.UTF8.GetBytes(Vocabulary(model).GetRawText()));
        using var merges = Lines(Members(model, "merges").Select(Pair).Prepend("#version: 0.2"));
        var bpe = CodeGenTokenizer.Create(vocabulary, merges, addPrefixSpace: Flag(words!.Value, "add_prefix_space") == true);
        return new(line => bpe.EncodeToIds(line), 0);
    }

    /// <summary>"a b", in newer files ["a", "b"].</summary>
    private static string Pair(JsonElement merge) => merge.ValueKind == JsonValueKind.String ? merge.GetString()!
        : string.Join(' ', merge.EnumerateArray().Select(part => part.GetString()));

    /// <summary>One to a line.</summary>
    private static MemoryStream Lines(IEnumerable<string> lines) => new(Encoding.UTF8.GetBytes(string.Join('\n',
        lines.Select(line => line.AsSpan().ContainsAny('\n', '\r') ? throw new InvalidDataException("a token holds a line break") : line))
            + "\n"));

    private static JsonElement Vocabulary(JsonElement model) =>
        Part(model, "vocab") ?? throw new InvalidDataException("its model has no vocab");

    private static IEnumerable<JsonElement> Members(JsonElement part, string name) =>
        part.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    /// <summary>Null where it is missing or null.</summary>
    private static JsonElement? Part(JsonElement file, string name) =>
        !file.TryGetProperty(name, out var part) || part.ValueKind == JsonValueKind.Null ? null
        : part.ValueKind == JsonValueKind.Object ? part
        : throw new InvalidDataException($"its {name} is no object");

    /// <summary>What the tokenizer here computes with.</summary>
    private static void RequireUsual(JsonElement model, string name, string usual)
    {
        if (model.TryGetProperty(name, out var given) && given.ValueKind != JsonValueKind.Null
            && (given.ValueKind != JsonValueKind.String || given.GetString() != usual))
        {
            throw new InvalidDataException($"its {name} is {given.GetRawText()}, and only \"{usual}\" is read");
        }
    }

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
