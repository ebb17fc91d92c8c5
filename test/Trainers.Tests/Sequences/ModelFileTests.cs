using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Files of trained models that can't be written, and files that are no whole models.</summary>
[TestClass]
public class ModelFileTests
{
    private readonly MLContext _ml = new(1);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Clean() => _folder.Dispose();

    private SequencePredictionTransformer Train() =>
        EveryForm.Trainer(_ml, "Classification", "Ragged", options => options.Epochs = 1).Fit(EveryForm.Mapped(_ml, 12));

    [TestMethod]
    public void An_export_that_fails_names_the_file_and_leaves_nothing()
    {
        using var model = Train();
        File.WriteAllText(_folder.File("file"), "no folder");
        Directory.CreateDirectory(_folder.File("folder"));
        string[] paths = [_folder.File("nowhere/model.onnx"), _folder.File("file/model.onnx"), _folder.File("folder")];
        foreach (var path in OperatingSystem.IsLinux() ? [.. paths, "/proc/model.onnx"] : paths)
        {
            var error = Assert.ThrowsExactly<IOException>(() => model.ExportToOnnx(path));
            StringAssert.StartsWith(error.Message, $"'{path}' can't be written: ");
        }
        CollectionAssert.AreEquivalent((string[])[_folder.File("file"), _folder.File("folder")],
            Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories));
        Assert.AreEqual("no folder", File.ReadAllText(_folder.File("file")));
    }

    [TestMethod]
    public void A_folder_that_is_read_only()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Inconclusive("This user may write everywhere.");
            return;
        }
        using var model = Train();
        var old = _folder.File("model.onnx");
        model.ExportToOnnx(old);
        var bytes = File.ReadAllBytes(old);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            StringAssert.StartsWith(Assert.ThrowsExactly<IOException>(() => model.ExportToOnnx(old)).Message,
                $"'{old}' can't be written: ");
            CollectionAssert.AreEqual(bytes, File.ReadAllBytes(old));
        }
        finally
        {
            File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [TestMethod]
    public void A_full_disk_while_saving_is_an_error_and_leaves_no_temporary_file()
    {
        using var model = Train();
        var data = EveryForm.Mapped(_ml, 12);
        string[] Temporary() => Directory.GetFiles(Path.GetTempPath(), "mlseqgraph-*.onnx");
        var before = Temporary();
        using var full = new FullStream(1000);
        var error = Assert.Throws<Exception>(() => _ml.Model.Save(model, data.Schema, full));
        StringAssert.Contains(error.ToString(), FullStream.Message);
        CollectionAssert.IsSubsetOf(Temporary(), before);
        // The model itself is as it was.
        Assert.HasCount(12, Scored.All(model.Transform(data)));
    }

    [TestMethod]
    public void A_model_cut_short_anywhere_is_no_model()
    {
        using var model = Train();
        var onnx = _folder.File("model.onnx");
        model.ExportToOnnx(onnx);
        var zip = _folder.File("model.zip");
        _ml.Model.Save(model, EveryForm.Mapped(_ml, 12).Schema, zip);
        foreach (var share in (double[])[0, 0.001, 0.1, 0.5, 0.9, 0.999])
        {
            var cut = Cut(onnx, share);
            var error = Assert.Throws<IOException>(() => _ml.Transforms.ApplySequenceModel(cut), $"{share}");
            Assert.IsTrue(error is OnnxFileException && error.Message.Contains(cut, StringComparison.Ordinal), $"{share}: {error.Message}");
            cut = Cut(zip, share);
            var bad = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Model.LoadSequenceGraph(cut, out _), $"{share}");
            StringAssert.Contains(bad.Message, cut);
        }
    }

    [TestMethod]
    public void Files_of_another_kind_are_no_models()
    {
        var text = _folder.File("notes.txt");
        File.WriteAllText(text, string.Join('\n', Enumerable.Repeat("These are notes and no model.", 100)));
        StringAssert.Contains(Assert.ThrowsExactly<OnnxFileException>(() => _ml.Transforms.ApplySequenceModel(text)).Message, text);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => _ml.Model.LoadSequenceGraph(text, out _)).Message, text);
        var missing = _folder.File("missing");
        StringAssert.Contains(Assert.ThrowsExactly<OnnxFileException>(() => _ml.Transforms.ApplySequenceModel(missing)).Message, missing);
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => _ml.Model.LoadSequenceGraph(missing, out _)).Message,
            missing);

        // An ONNX model and a model.zip that MLSeqGraph has not written
        var graph = new Graph("foreign");
        graph.Output("y", Op.Tanh(graph.Input("x", ElementType.Float, ["batch", 3])));
        var foreign = _folder.File("foreign.onnx");
        OnnxFile.Save(graph, foreign);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Transforms.ApplySequenceModel(foreign));
        Assert.AreEqual($"'{foreign}' is not a model of MLSeqGraph: it has no metadata 'mlseqgraph.format'.", error.Message);
        var data = _ml.Data.LoadFromEnumerable(EveryForm.Rows(3));
        var zip = _folder.File("foreign.zip");
        _ml.Model.Save(_ml.Transforms.CopyColumns("Copy", "Class").Fit(data), data.Schema, zip);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => _ml.Model.LoadSequenceGraph(zip, out _)).Message,
            "holds no model of MLSeqGraph");
    }

    private string Cut(string file, double share)
    {
        var bytes = File.ReadAllBytes(file);
        var path = _folder.File("cut" + Path.GetExtension(file));
        File.WriteAllBytes(path, bytes[..(int)(bytes.Length * share)]);
        return path;
    }

    /// <summary>Takes so many bytes, as a disk that is nearly full.</summary>
    private sealed class FullStream(long room) : MemoryStream
    {
        internal const string Message = "No space left on device";

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Length + count > room)
                throw new IOException(Message);
            base.Write(buffer, offset, count);
        }
    }
}
