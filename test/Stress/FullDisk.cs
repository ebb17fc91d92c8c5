using System.Diagnostics;
using Microsoft.ML;
using MLSeqGraph.Trainers;
using MLSeqGraph.Trainers.Tests;
using MLSeqGraph.Tests.Fuzzing;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Stress;

/// <summary>Writes every kind of file on a file system of 1 MB that is full, or gets full meanwhile.</summary>
internal static class FullDisk
{
    private static readonly MLContext Ml = new(1);

    internal static int Run()
    {
        var mounted = Directory.CreateTempSubdirectory("full-disk-").FullName;
        if (!Call("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mounted))
        {
            Console.WriteLine("no file system can be mounted here (Linux, root): nothing was tried");
            return 0;
        }
        try
        {
            return Try(mounted);
        }
        finally
        {
            Call("umount", mounted);
            Directory.Delete(mounted);
        }
    }

    private static int Try(string folder)
    {
        var data = EveryForm.Mapped(Ml, 24);
        using var model = (SequencePredictionTransformer)EveryForm.Trainer(Ml, "Classification", "Ragged").Fit(data);
        var words = TextTokenizer.Words(Enumerable.Range(0, 20_000).Select(i => $"w{i}"));
        (string File, Action<string> Write)[] kinds =
        [
            ("model.zip", path => Ml.Model.SaveWhole(model, data.Schema, path)), ("model.onnx", model.ExportToOnnx),
            ("words.txt", words.Save), ("history.csv", model.History.WriteCsv),
            (SmallModels.Checkpoint, path => SmallModels.Train(Path.GetDirectoryName(path)!)),
        ];
        var (tries, refused, wrong) = (0, 0, 0);
        foreach (var (name, write) in kinds)
            foreach (var old in (byte[]?[])[null, [1, 2, 3]])
                // checkpoints are read before they are written
                foreach (var free in name == SmallModels.Checkpoint && old is not null ? [] : (int[])[0, 4096, 8192, 32768, 1 << 19])
                {
                    foreach (var left in Directory.GetFiles(folder))
                        File.Delete(left);
                    var path = Path.Combine(folder, name);
                    if (old is not null)
                        File.WriteAllBytes(path, old);
                    Fill(folder, free);
                    tries++;
                    var problem = "";
                    try
                    {
                        write(path);
                        problem = new FileInfo(path).Length > 3 ? "" : "nothing was written, and nothing said";
                    }
                    catch (Exception error) when (error is IOException or CheckpointException)
                    {
                        refused++;
                        problem = error.Message.Contains(folder) ? "" : $"the message names no file: {error.Message};";
                        if (old is null ? File.Exists(path) : !File.ReadAllBytes(path).AsSpan().SequenceEqual(old))
                            problem += " the file that was there is not what it was;";
                    }
                    catch (Exception error)
                    {
                        problem = error.ToString();
                    }
                    string[] strays = [.. Directory.GetFiles(folder).Where(file => Path.GetFileName(file) != "fill" && file != path)];
                    if (problem.Length == 0 && strays.Length == 0)
                        continue;
                    wrong++;
                    Console.WriteLine($"{name}, {free} bytes free: {problem} {string.Join(", ", strays)}");
                }
        Console.WriteLine($"{tries} files written on a full disk, {refused} refused, {wrong} wrong");
        return wrong == 0 ? 0 : 1;
    }

    private static void Fill(string folder, int free)
    {
        var block = new byte[4096];
        using (var file = new FileStream(Path.Combine(folder, "fill"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1))
            try
            {
                while (true)
                    file.Write(block);
            }
            catch (IOException)
            {
                file.SetLength(Math.Max(0, file.Length - free));
            }
    }

    private static bool Call(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
