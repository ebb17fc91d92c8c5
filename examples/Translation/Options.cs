using Examples;
using Translation.Data;

namespace Translation;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options
{
    internal const string Usage = """
        dotnet run --project examples/Translation [-- OPTIONS]

        Data (without: generated numbers in words and dates)
          --task T                 copy, reverse or sort letters, 1 to 30 of them, generated
          --data FOLDER            parallel text: train, val and test files with a suffix for each language
          --from L  --to L         the languages' suffixes (default de, en)
          --vocabulary N           byte-pair tokens of each language (default 4000)

        Training (without these: chosen by the amount of data)
          --network LIST           transformer, attention, luong, local, hard, fixed, or several of them: transformer,attention
                                   (a Transformer; a recurrent network with additive, multiplicative, local or hard attention; or with a fixed context)
          --epochs N   --batch N   --rate X   --width N   --layers N   --dropout X   --smoothing X   --sampling X
          --minutes X              stop training after this time and keep what there is
          --seed N   --seeds N     decides initial weights, order of rows and dropout (default 1); repeats it all
          --threads N              default: as ONNX Runtime likes

        Results
          --beam N                 beams when translating (default 5)
          --json FILE              what was measured, as one flat object
          --output FOLDER          where models and pictures go (default: a temporary folder)
        """;

    public string? Task { get; private set; }
    public string? Data { get; private set; }
    public string From { get; private set; } = "de";
    public string To { get; private set; } = "en";
    public int Vocabulary { get; private set; } = 4000;
    public string[] Networks { get; private set; } = ["transformer", "attention"];
    public int? Epochs { get; private set; }
    public int? BatchSize { get; private set; }
    public float? LearningRate { get; private set; }
    public int? Width { get; private set; }
    public int? Layers { get; private set; }
    public float? Dropout { get; private set; }
    public float? Smoothing { get; private set; }
    public float Sampling { get; private set; }
    public float? Minutes { get; private set; }
    public int Seed { get; private set; } = 1;
    public int Seeds { get; private set; } = 1;
    public int Threads { get; private set; }
    public int Beam { get; private set; } = 5;
    public string? Json { get; private set; }
    public string? Output { get; private set; }
    public bool Help { get; private set; }

    internal static Options Parse(string[] args)
    {
        var options = new Options();
        var given = new Arguments(args);
        while (given.Next(out var name))
        {
            switch (name)
            {
                case "--task": options.Task = given.OneOf(SymbolTasks.Names); break;
                case "--data": options.Data = given.Text(); break;
                case "--from": options.From = given.Text(); break;
                case "--to": options.To = given.Text(); break;
                case "--vocabulary": options.Vocabulary = given.Whole(256); break;
                case "--network": options.Networks = given.List("transformer", "attention", "luong", "local", "hard", "fixed"); break;
                case "--epochs": options.Epochs = given.Whole(1); break;
                case "--batch": options.BatchSize = given.Whole(1); break;
                case "--rate": options.LearningRate = given.Number(1e-9f, 10); break;
                case "--width": options.Width = given.Whole(1); break;
                case "--layers": options.Layers = given.Whole(1); break;
                case "--dropout": options.Dropout = given.Number(0, 1); break;
                case "--smoothing": options.Smoothing = given.Number(0, 1); break;
                case "--sampling": options.Sampling = given.Number(0, 1); break;
                case "--minutes": options.Minutes = given.Number(0.01f, 1e6f); break;
                case "--seed": options.Seed = given.Whole(0); break;
                case "--seeds": options.Seeds = given.Whole(1); break;
                case "--threads": options.Threads = given.Whole(0); break;
                case "--beam": options.Beam = given.Whole(1); break;
                case "--json": options.Json = given.Text(); break;
                case "--output": options.Output = given.Text(); break;
                case "--help" or "-h" or "-?": options.Help = true; break;
                default: throw given.Unknown();
            }
        }
        return options.Data is null || options.Task is null ? options : throw new UsageException("--data and --task exclude each other.");
    }
}
