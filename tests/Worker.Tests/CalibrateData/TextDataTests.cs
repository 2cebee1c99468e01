using System.Text;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Worker.Tests.CalibrateData;

/// <summary>Lines become tokens: of bytes and characters, and of the tokenizers that models come with.</summary>
public sealed class TextDataTests
{
    private static DataFolder Bert() => new(("input_ids", ElementType.I64, ["batch", "tokens"]),
        ("attention_mask", ElementType.I64, ["batch", "tokens"]), ("token_type_ids", ElementType.I32, ["batch", "tokens"]));

    private static DataFolder Decoder(object length) => new(("tokens", ElementType.I64, [1, length]));

    /// <summary>[CLS] and [SEP] around the pieces, [PAD] and no mask behind them; a long line is cut.</summary>
    [Fact]
    public void WordPiecesOfALineAreFilledUpUnderTheMask()
    {
        using var folder = Bert();
        string vocabulary = folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nworld\nplay\n##ing\n"u8.ToArray());
        string text = folder.Write("lines.txt", "Hello playing\n\nworld xyz hello\n"u8.ToArray());
        var made = folder.Make("--text", text, "--tokenizer", vocabulary, "--length", "6");
        Assert.Equal(["2 5 7 8 3 0 | 1 1 1 1 1 0 | 0 0 0 0 0 0", "2 6 1 5 3 0 | 1 1 1 1 1 0 | 0 0 0 0 0 0"], Enumerable.Range(0, 2)
            .Select(i => string.Join(" | ", new[] { "input_ids", "attention_mask", "token_type_ids" }.Select(name => Row(made[name], i, 6))))
            .Order());
        Assert.Equal((ElementType.I64, ElementType.I32), (made["input_ids"].Type, made["token_type_ids"].Type));
        Assert.Contains("2 5 7", Enumerable.Range(0, 2).Select(i => Row(folder.Make("--text", text, "--tokenizer", vocabulary, "--length",
            "3", "--force")["input_ids"], i, 3)));
    }

    /// <summary>Without a mask nothing is filled up: the text is cut into windows, line ends among them.</summary>
    [Fact]
    public void ADecoderReadsTheTextInWindows()
    {
        using var folder = Decoder(4);
        string text = folder.Write("text.txt", "abé\ncd\nef"u8.ToArray());
        var bytes = folder.Make("--text", text, "--tokenizer", "bytes")["tokens"];
        Assert.Equal([2, 4], bytes.Shape);
        Assert.Equal(Encoding.UTF8.GetBytes("abé\ncd\nef")[..8].Select(b => (long)b), bytes.Span<long>().ToArray());

        // \n a b c d e f é, sorted.
        Assert.Equal([1, 2, 7, 0, 3, 4, 0, 5], folder.Make("--text", text, "--tokenizer", "characters", "--force")["tokens"]
            .Span<long>().ToArray());
        string alphabet = folder.Write("alphabet.txt", "zfedcba é\n"u8.ToArray());
        Assert.Equal([2, 3, 9, 0, 4, 5, 0, 6], folder.Make("--text", text, "--tokenizer", "characters", "--alphabet", alphabet, "--force")[
            "tokens"].Span<long>().ToArray());
    }

    /// <summary>The pairs merge as their file says: "l o" first, then "lo w".</summary>
    [Fact]
    public void BytePairsAreMerged()
    {
        using var folder = Decoder(3);
        string vocabulary = folder.Write("vocab.json",
            """{"l":0,"o":1,"w":2,"e":3,"r":4,"lo":5,"low":6,"Ġ":7,"Ċ":8,"<|endoftext|>":9}"""u8.ToArray());
        folder.Write("merges.txt", "#version: 0.2\nl o\nlo w\n"u8.ToArray());
        string text = folder.Write("text.txt", "lower low"u8.ToArray());
        Assert.Equal([6, 3, 4], folder.Make("--text", text, "--tokenizer", vocabulary, "--samples", "1")["tokens"].Span<long>().ToArray());
    }

    /// <summary>The same tokens as from the files that it stands for.</summary>
    [Fact]
    public void ATokenizerOfOneFileIsThatOfItsParts()
    {
        using var bert = Bert();
        string pieces = bert.Write("tokenizer.json", """
            { "normalizer": { "type": "BertNormalizer", "lowercase": true, "strip_accents": null },
              "pre_tokenizer": { "type": "BertPreTokenizer" }, "post_processor": { "type": "TemplateProcessing" },
              "model": { "type": "WordPiece", "unk_token": "[UNK]", "vocab":
                { "[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "##ing": 8, "hello": 5, "world": 6, "play": 7 } } }
            """u8.ToArray());
        string lines = bert.Write("lines.txt", "Hello playing\n"u8.ToArray());
        Assert.Equal("2 5 7 8 3 0", Row(bert.Make("--text", lines, "--tokenizer", pieces, "--length", "6")["input_ids"], 0, 6));

        using var decoder = Decoder(3);
        string text = decoder.Write("text.txt", "lower low"u8.ToArray());
        foreach (string merges in new[] { """["l o", "lo w"]""", """[["l", "o"], ["lo", "w"]]""" })
        {
            string pairs = decoder.Write("tokenizer.json", Encoding.UTF8.GetBytes($$"""
                { "normalizer": null, "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false },
                  "model": { "type": "BPE", "merges": {{merges}},
                    "vocab": {"l":0,"o":1,"w":2,"e":3,"r":4,"lo":5,"low":6,"Ġ":7,"Ċ":8,"<|endoftext|>":9} } }
                """));
            Assert.Equal([6, 3, 4], decoder.Make("--text", text, "--tokenizer", pairs, "--samples", "1", "--force")["tokens"].Span<long>()
                .ToArray());
        }

        foreach (string odd in new[] { "null", "[]", "3", """{ "model": null }""", """{ "version": "1.0" }""" })
        {
            Assert.Contains("it has no model",
                decoder.Fail("--text", text, "--tokenizer", decoder.Write("tokenizer.json", Encoding.UTF8.GetBytes(odd)), "--force"),
                StringComparison.Ordinal);
        }

        string other = decoder.Write("tokenizer.json", """{ "model": { "type": "Unigram" } }"""u8.ToArray());
        Assert.Contains("its model is Unigram, and WordPiece and byte-level BPE are read",
            decoder.Fail("--text", text, "--tokenizer", other, "--force"), StringComparison.Ordinal);
        string split = decoder.Write("tokenizer.json", """{ "pre_tokenizer": { "type": "Sequence" }, "model": { "type": "BPE" } }"""u8.ToArray());
        Assert.Contains("its pre_tokenizer is Sequence", decoder.Fail("--text", text, "--tokenizer", split, "--force"), StringComparison.Ordinal);
    }

    /// <summary>What a tokenizer here would cut otherwise makes no data.</summary>
    [Theory]
    [InlineData("\"max_input_chars_per_word\": 100", "\"max_input_chars_per_word\": 3", "its max_input_chars_per_word is 3")]
    [InlineData("\"##\"", "\"@@\"", "its continuing_subword_prefix is \"@@\"")]
    [InlineData("\"[UNK]\",", "\"<unk>\",", "its unk_token is \"<unk>\"")]
    [InlineData("{ \"type\": \"TemplateProcessing\" }", "null", "its post_processor is missing")]
    [InlineData("\"special\": true", "\"special\": false", "it has added tokens")]
    [InlineData("{ \"type\": \"BertNormalizer\" }", "7", "its normalizer is no object")]
    [InlineData("\"play\"", "\"pl\\nay\"", "a token holds a line break")]
    public void ATokenizerThatCutsOtherwiseIsRefused(string usual, string other, string words)
    {
        const string Usual = """
            { "normalizer": { "type": "BertNormalizer" }, "pre_tokenizer": { "type": "BertPreTokenizer" },
              "post_processor": { "type": "TemplateProcessing" }, "added_tokens": [{ "id": 0, "special": true }],
              "model": { "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                "vocab": { "[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "hello": 5, "play": 6 } } }
            """;
        using var bert = Bert();
        string lines = bert.Write("lines.txt", "hello play\n"u8.ToArray());
        string file = bert.Write("tokenizer.json", Encoding.UTF8.GetBytes(Usual));
        Assert.Equal("2 5 6 3", Row(bert.Make("--text", lines, "--tokenizer", file, "--length", "4")["input_ids"], 0, 4));
        bert.Write("tokenizer.json", Encoding.UTF8.GetBytes(Usual.Replace(usual, other, StringComparison.Ordinal)));
        Assert.Contains(words, bert.Fail("--text", lines, "--tokenizer", file, "--length", "4", "--force"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MXP1113", "it is no text in UTF-8", "latin", "bytes")]
    [InlineData("MXP1113", "line 2: the alphabet has no 'ö'", "alphabet", "characters")]
    [InlineData("MXP1113", "it is no tokenizer that is read", "tokenizer", "text.bin")]
    [InlineData("MXP1113", "it is no tokenizer that is read", "damaged", "broken.model")]
    [InlineData("MXP1001", "The tokenizer '", "missing", "missing.txt")]
    [InlineData("MXP1114", "its text has 2 of the 4 tokens of a sample", "short", "bytes")]
    public void WhatIsNoTextIsOneError(string code, string words, string what, string tokenizer)
    {
        using var folder = Decoder(4);
        string text = folder.Write("text.txt", what switch
        {
            "latin" => [(byte)'a', 0xE4, (byte)'b', (byte)'c', (byte)'d', (byte)'e'], "short" => "ab"u8.ToArray(),
            _ => Encoding.UTF8.GetBytes("abcd\nöl und so weiter\n"),
        });
        folder.Write("text.bin", [1, 2, 3]);
        folder.Write("broken.model", [0xFF, 2, 3]);
        string alphabet = folder.Write("alphabet.txt", "abcd\n"u8.ToArray());
        string line = folder.Fail(["--text", text, "--tokenizer",
            tokenizer.Contains('.', StringComparison.Ordinal) ? Path.Combine(folder.Root, tokenizer) : tokenizer,
            .. tokenizer == "characters" ? ["--alphabet", alphabet] : Array.Empty<string>()]);
        Assert.Contains($"error {code}: ", line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
    }

    [Fact]
    public void LengthAndInputsHaveToBeKnown()
    {
        using var open = Decoder("length");
        string text = open.Write("text.txt", "abcdefgh"u8.ToArray());
        Assert.Contains("--length=\"\" is not valid", open.Fail("--text", text, "--tokenizer", "bytes"), StringComparison.Ordinal);
        using var odd = new DataFolder(("input_ids", ElementType.I64, ["batch", 4]), ("speaker", ElementType.I64, ["batch", 1]));
        string lines = odd.Write("text.txt", "abcdefgh"u8.ToArray());
        Assert.Contains("what 'speaker' holds is not known", odd.Fail("--text", lines, "--tokenizer", "bytes"), StringComparison.Ordinal);
        using var image = DataFolder.OfImages("batch", 3, 2, 2);
        Assert.Contains("error MXP1115: ", image.Fail("--text", lines, "--tokenizer", "bytes"), StringComparison.Ordinal);
    }

    private static string Row(Tensor tensor, int sample, int length) =>
        string.Join(' ', tensor.ToInt64().ToArray().Skip(sample * length).Take(length));
}
