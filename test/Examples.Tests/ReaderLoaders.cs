using System.IO.Compression;
using System.Text;
using GraphGeneration.Data;
using GraphQuickstart.Data;
using GraphsInTime.Data;
using LanguageModel.Data;
using LatentGraph.Data;
using Microsoft.ML;
using MLSeqGraph.Tests.Fuzzing;
using Physics.Data;
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
        yield return FuzzedLoader.OfPath("images", Path.Combine(images, "images.tsv"), [Bytes("0\t1\t2\t3\ta\n3\t2\t1\t0\tb\n"
            + "0\t2\t2\t3\ta\n3\t2\t2\t0\tb\n0\t1\t1\t3\ta\n")], _ => ImageFolder.Load(images), typeof(InvalidDataException));
        yield return FuzzedLoader.OfPath("molecules", folder["molecules.csv"], [Bytes("name,smiles,exp\n\"a, b\",CCO,0.5\nc,C1CC1,-1\n")],
            path => MoleculeFolder.Load(Ml, path, 1), typeof(InvalidDataException));
        yield return FuzzedLoader.OfPath("molecules to learn from", folder["smiles.csv"],
            [Bytes("name,smiles\n\"a, b\",CCO\nc,c1ccccc1O\n")],
            path => MoleculeSet.Read(path), typeof(InvalidDataException));
        foreach (var loader in Pairs(folder).Concat(Others(folder)))
            yield return loader;
    }

    // A loader for each file of a folder: that file is changed, the others are whole.
    private static IEnumerable<FuzzedLoader> Of(TemporaryFolder folder, string kind, Action<string> load,
        params (string Name, string Text)[] files)
    {
        foreach (var (changed, text) in files)
        {
            var own = Directory.CreateDirectory(folder[$"{kind} {changed}"]).FullName;
            foreach (var (name, whole) in files)
                File.WriteAllText(Path.Combine(own, name), whole);
            yield return FuzzedLoader.OfPath($"{kind}, {changed}", Path.Combine(own, changed), [Bytes(text)], _ => load(own),
                typeof(InvalidDataException));
        }
    }

    private static IEnumerable<FuzzedLoader> Pairs(TemporaryFolder folder)
    {
        const string pairs = "one two\teins zwei\nthree\tdrei\nfour one\tvier eins\n",
            quoted = "word,sound\nabate,\"AH B EY T\"\n\"it's\",\"IH T S\"\nzoo,Z UW\n";
        foreach (var (ending, text) in ((string, string)[])[(".tsv", pairs), (".csv", quoted)])
            foreach (var loader in Of(folder, "pairs " + ending, path => ParallelText.Read(path, "en", "de", 300), ("train" + ending, text),
                ("val" + ending, text), ("test" + ending, text)))
                yield return loader;
        foreach (var loader in Of(folder, "parallel text", path => ParallelText.Read(path, "de", "en", 300),
            ("train.de", "eins zwei\ndrei\n"), ("train.en", "one two\nthree\n"), ("val.de", "eins zwei\ndrei\n"),
            ("val.en", "one two\nthree\n"), ("test.de", "eins zwei\ndrei\n"), ("test.en", "one two\nthree\n")))
            yield return loader;
    }

    private static IEnumerable<FuzzedLoader> Others(TemporaryFolder folder)
    {
        const string likes = "x\tlikes\ty\ny\tknows\tz\nz\tlikes\tx\n";
        // Any of the kinds, as the program takes a folder.
        foreach (var loader in Of(folder, "knowledge graph", path =>
        {
            switch (GraphFolder.Recognize(path))
            {
                case GraphKind.Triples:
                    TripleFolder.Load(Ml, path);
                    break;
                case GraphKind.Molecules:
                    MoleculeFolder.Load(Ml, MoleculeFolder.Find(path)!, 1);
                    break;
                default:
                    Read(path);
                    break;
            }
        }, ("train.tsv", likes), ("valid.tsv", "x\tknows\tz\n"), ("test.tsv", "y\tlikes\tx\n")))
            yield return loader;
        foreach (var loader in Of(folder, "class files", path => DataFolder.Load(Ml, path, new(0.25, 1)),
            ("films.good.txt", "good film\n\nwell made\nmild and warm\n"), ("films.bad.txt", "bad film\nill\tmade\n")))
            yield return loader;
        foreach (var loader in Of(folder, "pronunciations", path => Pronunciation.Data.Dictionary.Read(path), ("train.tsv", "go\tG OW\n"),
            ("val.tsv", "abs\tEY B IY\tEY1 B IY1\tAE B Z|AE B S\n"), ("test.tsv", "go\tG OW\n")))
            yield return loader;
        foreach (var loader in Of(folder, "tasks", path => TextToText.Data.TaskFolder.Read(path), ("train.tsv", "up\tab c\tAB C\n"),
            ("test.tsv", "up\tc d\tC D\n"), ("unlabelled.txt", "some words\n")))
            yield return loader;
        foreach (var loader in Of(folder, "trajectories", path => Decisions.Data.TrajectoryFolder.Load(path),
            ("train.csv", "episode,x,action,reward\na,1,left,0\na,2,right,1\n"), ("test.csv", "episode,x,action,reward\nb,0,left,2\n")))
            yield return loader;
        foreach (var loader in Of(folder, "long inputs", path => LongInputs.Data.LongFolder.Load(path),
            ("basic_train.tsv", "Source\tTarget\n( [MAX 1 ) 2 ]\t2\n"), ("basic_test.tsv", "Source\tTarget\n[MIN 3 4 ]\t3\n")))
            yield return loader;
        foreach (var loader in Of(folder, "analogies", path => WordVectors.Data.WordQuestions.Read(Path.Combine(path, "questions.txt")),
            ("questions.txt", ": family\nman woman king queen\n")))
            yield return loader;
        foreach (var loader in Of(folder, "TU set", path => TuFolder.Load(Ml, TuFolder.Find(path)
            ?? throw new InvalidDataException("no set")).GetRowCount(), ("rings.txt", "2\n2 1\n5 1 1\n3 1 0\n1 -1\n5 0\n\n"),
            ("folds.tsv", "1\t4\n0\t2\n")))
            yield return loader;
        foreach (var loader in Of(folder, "texts", path => TextFolder.Read(path, "x"), ("train.txt", "once upon a time\n"),
            ("val.txt", "there was\n")))
            yield return loader;
        const string times = "day\ta\tb\n";
        var days = string.Concat(Enumerable.Range(1, 32).Select(day => $"{day}\t{day % 5}.5\t{(day == 7 ? "" : day % 3)}\n"));
        foreach (var loader in Of(folder, "places", path => PlaceFolder.Load(path, 2), ("days.tsv", times + days),
            ("places.tsv", "place\tlat\tlon\na\t50\t8\nb\t51\t\n")))
            yield return loader;
        foreach (var loader in Of(folder, "linked places", path => PlaceFolder.Load(path, 2), ("days.tsv", times + days),
            ("links.tsv", "from\tto\na\tb\n")))
            yield return loader;
        foreach (var loader in Of(folder, "particles", path => ParticleFolder.Load(path, null, 2), ("runs.csv", "run,step,particle,x,y\n"
            + string.Concat(Enumerable.Range(0, 36).Select(i => $"{i / 12},{i / 2 % 6},{i % 2},{i % 5}.5,{i % 3}\n")))))
            yield return loader;
        foreach (var loader in Of(folder, "motions", path => MotionFolder.Load(path, 2), ("runs.csv", "run,step,body,x\n"
            + string.Concat(Enumerable.Range(0, 66).Select(i => $"{i / 6},{i / 2 % 3},{i % 2},{i % 5}.5\n"))),
            ("links.csv", "run,from,to\n0,0,1\n3,1,0\n")))
            yield return loader;
        foreach (var loader in Of(folder, "trips", path => RoadFolder.Load(path), ("edges.tsv", "from\tto\tlength_m\tlanes\n"
            + "a\tb\t10\t2\nb\ta\t12.5\t\n"), ("nodes.tsv", "node\tlon\tlat\na\t8\t50\nb\t8\t51\n"),
            ("pairs_train.tsv", "from\tto\ttravel_s\na\tb\t3\nb\ta\t4\n"), ("pairs_val.tsv", "from\tto\ttravel_s\na\tb\t3\n"),
            ("pairs_test.tsv", "from\tto\ttravel_s\nb\ta\t3\n")))
            yield return loader;
        foreach (var loader in Of(folder, "events", path => EventFolder.Load(path), ("events.tsv",
            "time\tuser\titem\tsize\n1\ta\tb\t3\n2020-02-03\tb\t\t4\n")))
            yield return loader;
        var text = Directory.CreateDirectory(folder["text"]).FullName;
        using var zipped = new MemoryStream();
        using (var stream = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
            stream.Write(Bytes("once upon a time\nthere was\n"));
        yield return FuzzedLoader.OfPath("a zipped text", Path.Combine(text, "input.txt.gz"), [zipped.ToArray()],
            _ => TextFolder.Read(text, "x"), typeof(InvalidDataException));
        const string conllu = "# text = He ran.\n1-2\tHe ran\t_\t_\t_\t_\t_\t_\t_\t_\n1\tHe\the\tPRON\tPRP\t_\t2\tnsubj\t_\t_\n"
            + "2\tran\trun\tVERB\tVBD\t_\t0\troot\t_\t_\n2.1\t_\t_\t_\t_\t_\t_\t_\t_\t_\n\n1\tShe\tshe\tPRON\tPRP\t_\t0\troot\t_\t_\n";
        foreach (var loader in Of(folder, "CoNLL-U", path => DataFolder.Load(Ml, path, null), ("train.conllu", conllu),
            ("test.conllu", conllu)))
            yield return loader;
    }
}
