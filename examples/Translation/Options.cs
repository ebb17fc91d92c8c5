using System.Globalization;

namespace Translation;

/// <summary>An option that isn't one, or has a wrong value.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options
{
    internal const string Usage = """
        dotnet run --project examples/Translation [-- OPTIONS]

        Data (without: generated numbers in words and dates)
          --data FOLDER            parallel text: train, val and test files with a suffix for each language
          --from L  --to L         the languages' suffixes (default de, en)
          --vocabulary N           byte-pair tokens of each language (default 4000)

        Training (without these: chosen by the amount of data)
          --network LIST           transformer, attention, luong, fixed, or several of them: transformer,attention
                                   (a Transformer; a recurrent network with additive or multiplicative attention; or with a fixed context)
          --epochs N   --batch N   --rate X   --width N   --layers N   --dropout X   --smoothing X   --sampling X
          --minutes X              stop training after this time and keep what there is
          --seed N   --seeds N     decides initial weights, order of rows and dropout (default 1); repeats it all
          --threads N              default: as ONNX Runtime likes

        Results
          --beam N                 beams when translating (default 5)
          --json FILE              what was measured, as one flat object
          --output FOLDER          where models and pictures go (default: a temporary folder)
        """;

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
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i];
            string Text() => i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal) ? args[++i] : throw new UsageException($"{name} needs a value.");
            int Whole(int least) => int.TryParse(Text(), CultureInfo.InvariantCulture, out var value) && value >= least
                ? value : throw new UsageException($"{name} is {args[i]}: expected a whole number of at least {least}.");
            float Number(float least, float below) => float.TryParse(Text(), CultureInfo.InvariantCulture, out var value) && value >= least && value < below
                ? value : throw new UsageException($"{name} is {args[i]}: expected a number of at least {least} and below {below}.");
            switch (name)
            {
                case "--data": options.Data = Text(); break;
                case "--from": options.From = Text(); break;
                case "--to": options.To = Text(); break;
                case "--vocabulary": options.Vocabulary = Whole(256); break;
                case "--network": options.Networks = [.. Text().Split(',').Select(Known)]; break;
                case "--epochs": options.Epochs = Whole(1); break;
                case "--batch": options.BatchSize = Whole(1); break;
                case "--rate": options.LearningRate = Number(1e-9f, 10); break;
                case "--width": options.Width = Whole(1); break;
                case "--layers": options.Layers = Whole(1); break;
                case "--dropout": options.Dropout = Number(0, 1); break;
                case "--smoothing": options.Smoothing = Number(0, 1); break;
                case "--sampling": options.Sampling = Number(0, 1); break;
                case "--minutes": options.Minutes = Number(0.01f, 1e6f); break;
                case "--seed": options.Seed = Whole(0); break;
                case "--seeds": options.Seeds = Whole(1); break;
                case "--threads": options.Threads = Whole(0); break;
                case "--beam": options.Beam = Whole(1); break;
                case "--json": options.Json = Text(); break;
                case "--output": options.Output = Text(); break;
                case "--help" or "-h" or "-?": options.Help = true; break;
                default: throw new UsageException($"Option {name} is not known.");
            }
        }
        return options;
    }

    private static string Known(string name) => name is "transformer" or "attention" or "luong" or "fixed"
        ? name : throw new UsageException($"Network '{name}' is not known: expected transformer, attention, luong or fixed.");
}
