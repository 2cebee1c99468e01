using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using MixPrec.Package.Tests.Consumers;

namespace MixPrec.Package.Tests;

/// <summary>
/// What the packages carry and what a build that calibrates fetches, as a document of CycloneDX: from the manifest of the worker, which
/// says which packages were resolved, and the license that each of them states.
/// </summary>
internal static class BillOfMaterials
{
    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true, NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="manifest">The content of <c>mixprec.libraries.json</c>.</param>
    /// <param name="carried">Names of the assemblies that lie beside it.</param>
    public static string Format(string manifest, IReadOnlyCollection<string> carried)
    {
        var root = JsonNode.Parse(manifest)!;
        var targets = root["targets"]!.AsObject().Single().Value!.AsObject();
        var packages = root["libraries"]!.AsObject().Where(library => (string?)library.Value!["type"] == "package")
            .OrderBy(library => library.Key, StringComparer.Ordinal);
        var document = new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["component"] = new JsonObject { ["type"] = "application", ["name"] = "MixPrec.Build", ["licenses"] = Licenses("MIT") },
            },
            ["components"] = new JsonArray([.. packages.Select(library => Component(library.Key.Split('/'), (string)library.Value!["sha512"]!,
                (targets[library.Key]!["runtime"]?.AsObject() ?? []).Any(file => carried.Contains(Path.GetFileName(file.Key)))))]),
        };
        return document.ToJsonString(Form) + "\n";
    }

    private static JsonObject Component(string[] identity, string sha512, bool isCarried)
    {
        string url = $"pkg:nuget/{identity[0]}@{identity[1]}";
        return new()
        {
            ["type"] = "library",
            ["bom-ref"] = url,
            ["name"] = identity[0],
            ["version"] = identity[1],
            ["scope"] = isCarried ? "required" : "optional",
            ["hashes"] = new JsonArray(new JsonObject
            {
                ["alg"] = "SHA-512",
                ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(sha512["sha512-".Length..])),
            }),
            ["licenses"] = Licenses(LicenseOf(identity[0], identity[1])),
            ["purl"] = url,
        };
    }

    private static JsonArray Licenses(string id) => new(new JsonObject { ["license"] = new JsonObject { ["id"] = id } });

    private static string LicenseOf(string id, string version)
    {
        string file = Path.Combine(PackedPackage.PackageFolder, id.ToLowerInvariant(), version, id.ToLowerInvariant() + ".nuspec");
        return XDocument.Load(file).Descendants().Single(element => element.Name.LocalName == "license").Value;
    }
}
