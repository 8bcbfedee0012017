using System.Globalization;
using System.Net;

// Answers OpenTelemetry's exporter on 127.0.0.1, and throws away what it sends: what a sink costs the trainer, without a collector's work.
//   Collector PORT
if (args is not [var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port))
{
    Console.Error.WriteLine("Collector PORT");
    return 2;
}

using var listener = new HttpListener();
listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
listener.Start();
while (true)
{
    var context = await listener.GetContextAsync();
    await context.Request.InputStream.CopyToAsync(Stream.Null);
    context.Response.ContentType = "application/x-protobuf";
    context.Response.ContentLength64 = 0;
    context.Response.Close();
}
