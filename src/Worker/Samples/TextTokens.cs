using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;
using MixPrec.Compiler;
using MixPrec.Compiler.Onnx;
using MixPrec.Diagnostics;

namespace MixPrec.Worker.Samples;

/// <summary>From a line to the tokens of a model.</summary>
internal sealed class TextTokens(Func<string, IReadOnlyList<int>> encode, int padding)
{
    public const string Bytes = "bytes", Characters = "characters";

    private const long LargestFile = 64 << 20;

    /// <summary>What stands behind a line that is shorter.</summary>
    public int Padding => padding;

    public IReadOnlyList<int> Encode(string line) => encode(line);

    /// <param name="name">
    /// <c>bytes</c>: UTF-8. <c>characters</c>: places among the sorted characters of <paramref name="alphabet"/>. Or a file:
    /// <c>vocab.txt</c> of WordPiece (BERT), <c>*.model</c> of SentencePiece, <c>vocab.json</c> of byte-level BPE with <c>merges.txt</c>
    /// beside it, or <c>tokenizer.json</c> of the first or the last of these.
    /// </param>
    /// <exception cref="MixPrecException">MXP1001: no such file. MXP1113: it is none of these.</exception>
    public static TextTokens Open(string name, string alphabet)
    {
        if (name == Bytes)
        {
            return new(line => [.. Encoding.UTF8.GetBytes(line).Select(b => (int)b)], 0);
        }

        if (name == Characters)
        {
            var places = alphabet.Distinct().Order().Index().ToDictionary(c => c.Item, c => c.Index);
            return new(line => [.. line.Select(c => places.TryGetValue(c, out int place) ? place
                : throw new InvalidDataException($"the alphabet has no '{PrintableName.Format(c.ToString())}'"))], 0);
        }

        string path = Path.GetFullPath(name);
        InputPath.RequireFile("The tokenizer", path, null);
        try
        {
            return FromFile(path);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or MixPrecException))
        {
            // Readers of several formats, each with exceptions of its own.
            throw new MixPrecException(DiagnosticCatalog.SampleUnreadable, path, PrintableName.Format(path),
                $"it is no tokenizer that is read ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); known are vocab.txt of WordPiece, "
                + "*.model of SentencePiece, vocab.json with merges.txt beside it, tokenizer.json, and the words bytes and characters");
        }
    }

    private static TextTokens FromFile(string path)
    {
        using var file = InputPath.OpenRead(path);
        if (file.Length > LargestFile)
        {
            throw new InvalidDataException($"it is larger than {LargestFile >> 20} MiB");
        }

        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".txt":
                var bert = BertTokenizer.Create(file);
                return new(line => bert.EncodeToIds(line), bert.PaddingTokenId);
            case ".model":
                var pieces = LlamaTokenizer.Create(file);
                return new(line => pieces.EncodeToIds(line), 0);
            case ".json":
                using (var json = JsonDocument.Parse(file))
                {
                    if (TokenizerJson.Is(json.RootElement))
                    {
                        return TokenizerJson.Read(json.RootElement);
                    }
                }

                file.Position = 0;
                string merges = Path.Combine(Path.GetDirectoryName(path)!, "merges.txt");
                InputPath.RequireFile("The merges of the tokenizer", merges, null);
                using (var pairs = InputPath.OpenRead(merges))
                {
                    var bpe = CodeGenTokenizer.Create(file, pairs);
                    return new(line => bpe.EncodeToIds(line), 0);
                }

            default:
                throw new InvalidDataException($"its ending '{Path.GetExtension(path)}' is not known");
        }
    }
}
