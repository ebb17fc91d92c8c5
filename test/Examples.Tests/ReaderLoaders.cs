using System.Text;
using GraphQuickstart.Data;
using Microsoft.ML;
using MLSeqGraph.Tests.Fuzzing;
using Pictures.Data;
using Quickstart.Data;
using Translation.Data;

namespace Examples.Tests;

/// <summary>Everything in the examples that reads data.</summary>
internal static class ReaderLoaders
{
    private static readonly MLContext Ml = new(1);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static NodeData Read(string folder) => NodeFolder.Matches(folder) ? NodeFolder.Load(Ml, folder, 0.5f, 1)
        : RelationalFolder.Load(Ml, folder);

    internal static IEnumerable<FuzzedLoader> All(TemporaryFolder folder)
    {
        const string weather = "up\tfine warm day\ndown\tcold dark rain\nup\tcalm warm sea\ndown\tcold grey storm\n"
            + "up\tmild wind\ndown\tfog 7\n";
        const string tagged = "a\tN\nb\tV\n\nc\tN\na\tN\nd\tV\n",
            steps = "s\tx\t0\t1\t2\ns\tx\t1\t3\t4\nt\ty\t0\t5\t6\nu\tx\t0\t1\t1\nv\ty\t0\t2\t2\n";
        const string series = "1\t0.1\t0.9\n2\t0.2\t0.8\n1\t0.3\tNaN\n2\t0.4\t0.6\n",
            ts = "#c\n@problemName p\n@data\n1,2:3,4:x\n5,6:7,8:y\n";
        const string csv = "text,class\n\"a, b\",up\n\"c \"\"d\"\"\",down\n\"e\nf\",up\ng h,down\n",
            points = "1,2,3,4,x\n5,6,7,8,y\n1,2,3,5,x\n5,6,7,9,y\n";
        foreach (var (ending, whole) in ((string, string[])[])[(".tsv", [weather, tagged, steps, series]), (".csv", [csv, points, weather]),
            (".txt", [weather, csv, series]), (".ts", [ts])])
        {
            var sequences = Directory.CreateDirectory(folder["sequences" + ending]).FullName;
            yield return FuzzedLoader.OfPath($"sequences {ending}", Path.Combine(sequences, "train" + ending), [.. whole.Select(Bytes)],
                _ => DataFolder.Load(Ml, sequences, new(0.5, 1)), typeof(InvalidDataException));
        }
        (string Name, string Text)[] ring = [("edges.tsv", "# from to\n0\t1\n1\t2\n2\t3\n3\t0\n"), ("labels.tsv",
            "0\ta\n1\tb\n2\ta\n3\t-1\n"),
            ("features.tsv", "0\t5\n1\t7\t0.5\n2\t5\n"), ("split.tsv", "0\ttrain\n1\ttrain\n2\ttest\n")];
        (string Name, string Text)[] triples = [("triples.tsv", "0\t0\t1\n1\t1\t2\n"), ("train.tsv", "0\t0\n1\t1\n"), ("test.tsv",
            "2\t0\n5\t1\n")];
        foreach (var files in ((string Name, string Text)[][])[ring, triples])
            foreach (var file in files)
            {
                var graph = Directory.CreateDirectory(folder["graph " + file.Name]).FullName;
                foreach (var (name, text) in files)
                    File.WriteAllText(Path.Combine(graph, name), text);
                yield return FuzzedLoader.OfPath(file.Name, Path.Combine(graph, file.Name), [Bytes(file.Text)],
                    _ => Read(graph),
                    typeof(InvalidDataException));
            }
        var images = Directory.CreateDirectory(folder["images"]).FullName;
        yield return FuzzedLoader.OfPath("images", Path.Combine(images, "train.tsv"), [Bytes("0\t1\t2\t3\ta\n3\t2\t1\t0\tb\n"
            + "0\t2\t2\t3\ta\n3\t2\t2\t0\tb\n0\t1\t1\t3\ta\n")], _ => ImageFolder.Load(images), typeof(InvalidDataException));
        yield return FuzzedLoader.OfPath("molecules", folder["molecules.csv"], [Bytes("name,smiles,exp\n\"a, b\",CCO,0.5\nc,C1CC1,-1\n")],
            path => MoleculeFolder.Load(Ml, path, 1), typeof(InvalidDataException));
        var parallel = Directory.CreateDirectory(folder["parallel"]).FullName;
        foreach (var name in (string[])["train.en", "train.de", "val.en", "val.de", "test.en", "test.de"])
            File.WriteAllText(Path.Combine(parallel, name), "one two\nthree\n");
        yield return FuzzedLoader.OfPath("parallel text", Path.Combine(parallel, "train.de"), [Bytes("eins zwei\ndrei\n")],
            _ => ParallelText.Read(parallel, "de", "en", 300), typeof(InvalidDataException));
    }
}
