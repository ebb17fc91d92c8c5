namespace Server;

/// <summary>What can be set: by appsettings.json, <c>--Name value</c> or the environment.</summary>
internal sealed class ServerOptions
{
    /// <summary>The file served. A decoder's encoder lies beside it, named the same with "encoder" for "decoder".</summary>
    public string Model { get; set; } = "";

    /// <summary>The file of the tokenizer that reads text; by default the model's name with ".tokenizer.txt", where it is there.</summary>
    public string? Tokenizer { get; set; }

    /// <summary>The tokenizer of what a decoder writes; by default the same.</summary>
    public string? TargetTokenizer { get; set; }

    /// <summary>Most rows of a run.</summary>
    public int MaxBatch { get; set; } = 64;

    /// <summary>Most rows of a request.</summary>
    public int MaxRows { get; set; } = 256;

    /// <summary>How long a row waits for others, in milliseconds, while nothing runs. 0: not at all; what has arrived with it is
    /// read first.</summary>
    public double MaxDelay { get; set; }

    /// <summary>Most runs at a time, each on a thread of its own; 0 for one a core. A second begins only when a whole batch
    /// waits.</summary>
    public int Threads { get; set; }

    /// <summary>Most rows that wait; those beyond get status 503.</summary>
    public int MaxQueue { get; set; } = 4096;

    /// <summary>Most bytes of a request.</summary>
    public long MaxBody { get; set; } = 1 << 20;

    /// <summary>Most steps, nodes or edges of a row, and most tokens of a prompt or source.</summary>
    public int MaxSteps { get; set; } = 2048;

    /// <summary>Most characters of a text that the file itself cuts into words; of its words there may be <see cref="MaxSteps"/>.</summary>
    public int MaxText { get; set; } = 1 << 15;

    /// <summary>Most tokens written for a request.</summary>
    public int MaxTokens { get; set; } = 512;

    /// <summary>Most sequences that are written at a time; others wait.</summary>
    public int MaxStreams { get; set; } = 16;

    /// <summary>Seconds between looks at the model's file, which is loaded again when it changed; 0 for never.</summary>
    public double Watch { get; set; }

    /// <summary>The key that <c>POST /admin/reload</c> wants in the header <c>X-Admin-Key</c>; without one it is for this machine
    /// alone.</summary>
    public string? AdminKey { get; set; }
}
