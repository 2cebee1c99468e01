using System.Globalization;
using MixPrec.Benchmarks.Published;

// Networks out of public packages as cases in the ONNX test layout: inputs are made here, expected outputs by ONNX Runtime.
// MixPrec.Benchmarks.Published TABLE PACKAGES OUTPUT    (benchmarks/published.sh fills the folder PACKAGES and calls mixprec verify)
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [string table, string packages, string output])
{
    Console.Error.WriteLine("usage: MixPrec.Benchmarks.Published TABLE PACKAGES OUTPUT");
    return 1;
}

foreach (var network in File.ReadLines(table).Where(l => l.Length > 0 && l[0] != '#').Select(PublishedNetwork.Parse))
{
    network.WriteCase(packages, output);
    Console.WriteLine(network.Name);
}

return 0;
