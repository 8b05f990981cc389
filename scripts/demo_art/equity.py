"""Pictures of Digital Health Equity: plum and terracotta."""

from __future__ import annotations

from .canvas import Canvas, Palette, bezier, mix, on_circle
from .gallery import Gallery
from .motifs import bubble, envelope, house, person, phone, signal, tick, tree

P = Palette("#4A1942", "#9C3D6B", "#D07A9A", "#F2CBD2", "#FDF4F0", "#E2733D", "#F3BE5A")
gallery = Gallery(P)
SKINS = ("#F6D7BF", "#E5B48F", "#C98B61", "#9A5F3C", "#6B3F28", "#43271B")


@gallery.banner("digital-health-equity")
def open_doorways(c: Canvas) -> None:
    c.rect(0, 0, 1600, 500, P.main)
    c.rect(0, 440, 1600, 60, P.ink)
    doors = ((60, 120, 230), (220, 170, 330), (430, 90, 170), (560, 210, 380), (810, 130, 260))
    for i, (x, w, h) in enumerate((*doors, (980, 190, 350), (1210, 110, 200), (1360, 180, 310))):
        light = (P.sun, P.soft, P.warm)[i % 3]
        c.poly([(x, 440), (x + w, 440), (x + w + 40, 500), (x - 40, 500)], mix(P.ink, light, 0.55))
        c.pie(x + w / 2, 440 - h + w / 2, w / 2, 180, 360, light)
        c.rect(x, 440 - h + w / 2 - 2, w, h - w / 2 + 2, light)
        c.poly([(x - w * 0.22, 450), (x, 440), (x, 440 - h + w * 0.42), (x - w * 0.22, 440 - h + w * 0.3)], P.ink)
        if i in (1, 3, 5):
            person(c, x + w / 2, 440, w * 0.44, P.ink if i != 3 else P.main, SKINS[i])


@gallery.picture("healthforall-review-broadband-is-a-vital-sign-a-county-starts-to-ask-about-it-at-intake")
def mast_on_hills(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.pale)
    c.disc(990, 150, 86, P.sun)
    c.hill(350, 44, 1000, 0.1, P.soft)
    c.hill(430, 50, 860, 0.5, P.mid)
    c.line([(430, 430), (474, 170), (518, 430)], 10, P.ink)
    for y in (250, 320, 390):
        half = (y - 170) * 0.17
        c.line([(474 - half, y), (474 + half, y)], 8, P.ink)
    c.disc(474, 160, 16, P.warm)
    for side in (0, 180):
        signal(c, 474, 160, [64, 110, 156], 12, P.warm, side)
    c.hill(520, 36, 900, 0.85, P.main)
    c.hill(620, 22, 1100, 0.2, P.ink)
    for x, y, lit in ((220, 545, True), (640, 515, True), (860, 560, False), (1040, 590, False)):
        house(
            c,
            x,
            y + 40,
            78,
            60,
            P.white if lit else mix(P.main, P.ink, 0.4),
            P.warm if lit else P.ink,
            P.sun if lit else P.ink,
        )


@gallery.picture("healthforall-review-patient-portals-in-six-languages-and-the-messages-nobody-translated")
def six_envelopes(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.soft)
    c.pie(600, 675, 520, 180, 360, mix(P.soft, P.mid, 0.45))
    for i, (x, y) in enumerate(((60, 330), (190, 130), (475, 44), (760, 130), (890, 330))):
        envelope(c, x, y, 250, 160, (P.main, P.ink, P.mid, P.ink, P.main)[i], mix(P.main, P.ink, 0.55))
        c.disc(x + 125, y + 92, 26, P.warm if i % 2 else P.sun)
    c.rect(410, 330, 380, 270, P.white, 12)
    for i, share in enumerate((270, 230, 280, 170)):
        c.rect(456, 372 + i * 40, share, 15, P.mid if i else P.main, 7)
    c.poly([(380, 440), (600, 560), (820, 440), (820, 650), (380, 650)], P.warm)
    c.poly([(380, 650), (600, 520), (820, 650)], mix(P.warm, P.sun, 0.4))


@gallery.picture("northharbor-institute-pulse-oximeters-and-skin-tone-a-checklist-for-buyers")
def finger_clip(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.pale)
    for i, skin in enumerate(SKINS):
        c.disc(150 + i * 180, 510, 122, skin)
    c.line([(-20, 230), (660, 230)], 116, SKINS[2])
    c.rect(340, 110, 400, 110, P.ink, 46)
    c.rect(340, 240, 400, 100, P.main, 46)
    c.rect(430, 134, 210, 66, P.sun, 14)
    c.line([(452, 170), (500, 170), (518, 146), (540, 190), (558, 168), (616, 168)], 8, P.ink)
    c.disc(740, 226, 42, mix(P.main, P.ink, 0.4))
    c.line(bezier((770, 226), (900, 226), (880, 90), (1220, 110)), 14, P.ink)


@gallery.picture("carefrontier-the-library-as-a-telehealth-booth", (800, 1000))
def book_door(c: Canvas) -> None:
    c.rect(0, 0, 800, 1000, P.ink)
    c.rect(0, 850, 800, 24, P.warm)
    c.rect(0, 90, 800, 18, P.warm)
    spines = ((20, 90, 640, P.main), (118, 70, 560, P.mid), (196, 84, 690, P.soft))
    for x, w, h, fill in (*spines, (570, 76, 600, P.main), (654, 92, 680, P.sun), (754, 70, 540, P.mid)):
        c.rect(x, 850 - h, w, h, fill, 8)
        c.rect(x + 14, 850 - h + 50, w - 28, 14, P.ink, 6)
        c.rect(x + 14, 850 - h + 76, w - 28, 14, P.ink, 6)
    c.rect(300, 170, 250, 680, P.sun, 8)
    c.rect(300, 740, 250, 110, mix(P.sun, P.warm, 0.6))
    c.line([(425, 170), (425, 280)], 6, P.ink)
    c.pie(425, 340, 66, 180, 360, P.ink)
    c.pie(425, 342, 28, 0, 180, P.white)
    c.rect(450, 520, 84, 120, P.ink, 12)
    c.rect(458, 528, 68, 104, P.white, 8)
    c.rect(440, 640, 110, 14, P.ink)
    person(c, 372, 740, 116, P.main, SKINS[3])
    c.poly([(290, 160), (212, 108), (212, 912), (290, 862)], P.warm)
    c.rect(226, 480, 18, 70, P.ink, 8)


@gallery.picture(
    "healthforall-review-a-clinic-in-the-pocket-an-arabic-language-clinic-app-finds-its-readers", (800, 1000)
)
def pocket(c: Canvas) -> None:
    c.rect(0, 0, 800, 1000, P.main)
    c.poly([(0, 0), (800, 0), (800, 120), (400, 330), (0, 120)], mix(P.main, P.ink, 0.35))
    c.rect(394, 330, 12, 670, mix(P.main, P.ink, 0.35))
    for y in (420, 640, 860):
        c.disc(400, y, 20, P.soft)
    phone(c, 500, 250, 230, 480, P.ink, P.pale)
    bubble(c, 532, 340, 166, 96, P.warm, "right")
    for i, share in enumerate((120, 84)):
        c.rect(682 - share, 366 + i * 26, share, 14, P.white, 7)
    c.poly([(470, 520), (760, 520), (760, 760), (615, 850), (470, 760)], P.mid)
    for a, b in (((486, 552), (744, 552)), ((486, 552), (486, 750)), ((744, 552), (744, 750))):
        n = 9
        for i in range(n + 1):
            c.disc(a[0] + (b[0] - a[0]) * i / n, a[1] + (b[1] - a[1]) * i / n, 4, P.soft)
    c.rect(50, 640, 260, 24, mix(P.main, P.ink, 0.35), 12)
    c.disc(180, 480, 60, P.sun)
    c.rect(168, 444, 24, 72, P.main, 4)
    c.rect(144, 468, 72, 24, P.main, 4)


@gallery.picture("openrecords-collecting-race-and-language-data-without-making-it-the-patients-job")
def one_answer_five_desks(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.soft)
    c.rect(110, 80, 370, 520, P.ink, 26)
    c.rect(136, 124, 318, 450, P.white, 10)
    c.rect(226, 56, 138, 60, P.warm, 18)
    for i in range(3):
        c.rect(170, 180 + i * 44, (240, 190, 220)[i], 16, P.soft, 8)
    c.rect(166, 330, 258, 60, P.sun, 14)
    c.rect(186, 352, 150, 16, P.ink, 8)
    c.rect(170, 440, 210, 16, P.soft, 8)
    for i in range(5):
        y = 90 + i * 118
        c.line(bezier((424, 360), (640, 360), (620, y), (830, y)), 9, P.warm)
        c.rect(860, y + 8, 200, 14, P.main, 6)
        c.rect(880, y + 20, 12, 40, P.main)
        c.rect(1028, y + 20, 12, 40, P.main)
        c.rect(930, y - 42, 80, 50, P.ink, 8)
        c.disc(838, y, 16, P.warm)


@gallery.picture("healthforall-review-large-print-slow-speech-short-forms-older-adults-redesign-a-sign-up")
def big_letter(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.sun)
    c.disc(350, 338, 270, mix(P.sun, P.white, 0.45))
    c.line([(190, 560), (350, 120), (510, 560)], 74, P.ink)
    c.line([(256, 410), (444, 410)], 64, P.main)
    c.rect(720, 70, 360, 540, P.white, 34)
    for i in range(2):
        c.rect(770, 130 + i * 110, 150, 22, P.mid, 11)
        c.rect(770, 164 + i * 110, 260, 44, P.soft, 14)
    c.disc(900, 480, 96, P.warm)
    tick(c, 900, 482, 44, 20, P.white)


@gallery.picture("gesundheitsnetz-barrierefrei-a-city-tests-every-health-app-with-blind-patients-first")
def braille_phone(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.ink)
    for i, r in enumerate((420, 330, 240)):
        c.disc(760, 430, r, mix(P.ink, P.main, 0.2 + i * 0.2))
    phone(c, 400, 40, 400, 680, P.soft, P.pale)
    cells = (
        (1, 0, 1, 1, 0, 0),
        (1, 1, 0, 0, 1, 0),
        (1, 0, 1, 1, 1, 0),
        (0, 1, 1, 0, 1, 1),
        (1, 1, 0, 1, 0, 1),
        (1, 0, 0, 0, 1, 1),
    )
    for i, cell in enumerate(cells):
        x, y = 470 + i % 3 * 100, 150 + i // 3 * 190
        for k, raised in enumerate(cell):
            c.disc(x + k % 2 * 44, y + k // 2 * 44, 17 if raised else 7, P.main if raised else P.mid)
    for r, width in ((46, 0), (84, 12), (122, 10)):
        if width:
            c.ring(760, 430, r, width, P.warm)
        else:
            c.disc(760, 430, r, P.warm)
    c.line([(1010, 700), (840, 500), (775, 445)], 96, SKINS[3])


@gallery.picture("healthforall-review-community-health-workers-ask-for-tools-not-dashboards")
def street_map(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.pale)
    blocks = [(x, y) for x in range(-40, 1240, 190) for y in range(-30, 700, 160)]
    for i, (x, y) in enumerate(blocks):
        c.rect(x, y, 160, 130, P.soft if i % 5 else mix(P.soft, P.sun, 0.5), 16)
    c.line(bezier((-20, 600), (380, 640), (200, 300), (620, 330), 80), 34, P.white)
    c.line(bezier((620, 330), (940, 350), (860, 60), (1220, 90), 80), 34, P.white)
    route = [*bezier((-20, 600), (380, 640), (200, 300), (620, 330), 80)]
    route += bezier((620, 330), (940, 350), (860, 60), (1220, 90), 80)
    c.dashes(route, 3, 7, P.warm)
    for i, (x, y) in enumerate(((170, 470), (360, 250), (600, 440), (800, 160), (980, 210))):
        fill = (P.main, P.ink, P.mid, P.warm, P.main)[i]
        c.pie(x, y, 38, 180, 360, fill)
        c.rect(x - 38, y - 1, 76, 70, fill)
        c.disc(x + 20, y + 26, 6, P.sun)
    c.line(bezier((900, 440), (920, 330), (1050, 330), (1080, 440)), 18, P.ink)
    c.rect(860, 430, 260, 180, P.warm, 34)
    c.rect(860, 430, 260, 84, P.main, 34)
    c.rect(964, 492, 52, 44, P.sun, 10)


@gallery.picture("wardround-who-gets-the-reminder-text-messages-and-missed-appointments-in-shelters")
def breakfast_table(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.warm)
    c.disc(560, 520, 520, mix(P.warm, P.sun, 0.35))
    c.disc(400, 350, 190, P.white)
    c.disc(400, 350, 150, P.main)
    c.disc(400, 350, 126, P.pale)
    for x, y in ((360, 320), (430, 390), (440, 300), (370, 400)):
        c.disc(x, y, 13, mix(P.pale, P.warm, 0.5))
    c.line([(130, 210), (150, 490)], 18, P.ink)
    c.oval(128, 180, 28, 46, P.ink)
    c.rect(690, 130, 270, 400, P.white, 8)
    for i in range(4):
        y = 210 + i * 84
        c.rect(782, y - 8, (130, 100, 140, 110)[i], 16, P.mid, 8)
        if i < 3:
            tick(c, 736, y, 18, 9, P.warm)
        else:
            c.ring(736, y, 17, 6, P.soft)
    phone(c, 1020, 350, 220, 440, P.ink, mix(P.ink, P.main, 0.35))


@gallery.picture("healthforall-review-data-plans-as-medicine-prescribing-a-gigabyte")
def prescription(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.mid)
    c.pie(0, 675, 560, 270, 360, P.main)
    c.poly([(420, 60), (860, 100), (810, 640), (370, 600)], mix(P.mid, P.ink, 0.35))
    c.rect(380, 60, 440, 550, P.white, 14)
    c.rect(380, 60, 440, 90, P.ink, 14)
    c.rect(380, 120, 440, 30, P.ink)
    c.rect(424, 92, 190, 22, P.soft, 11)
    for i in range(5):
        h = 40 + i * 44
        c.rect(448 + i * 64, 450 - h, 42, h, P.warm if i < 4 else P.soft, 10)
    c.line(bezier((620, 560), (660, 500), (690, 610), (770, 530)), 8, P.main)
    c.rect(430, 520, 130, 14, P.soft, 7)
    c.rect(430, 548, 90, 14, P.soft, 7)


@gallery.picture("healthforall-review-farmworker-clinics-bring-the-kiosk-to-the-packing-shed")
def trailer_in_orchard(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.pale)
    c.disc(220, 150, 84, P.sun)
    c.hill(330, 26, 1100, 0.2, P.soft)
    for row, (y, size) in enumerate(((400, 120), (470, 160))):
        for i in range(9):
            tree(c, 30 + i * 150 + row * 70, y, size, P.mid if row else mix(P.mid, P.soft, 0.4), P.ink)
            for k in range(3):
                c.disc(
                    *on_circle(30 + i * 150 + row * 70, y - size * 0.85, size * 0.18, k * 120 + i * 40),
                    5,
                    P.warm,
                )
    c.hill(470, 6, 1200, 0.1, P.warm)
    c.rect(380, 300, 460, 230, P.white, 26)
    c.rect(380, 470, 460, 26, P.main)
    c.rect(470, 282, 120, 40, P.ink, 12)
    c.rect(440, 346, 130, 90, P.ink, 12)
    c.rect(452, 358, 106, 66, P.sun, 6)
    c.rect(640, 346, 100, 184, P.main, 10)
    c.disc(690, 410, 26, P.white)
    c.rect(685, 394, 10, 32, P.warm, 2)
    c.rect(674, 405, 32, 10, P.warm, 2)
    c.disc(520, 548, 42, P.ink)
    c.disc(520, 548, 18, P.soft)
    c.line([(840, 512), (930, 540)], 14, P.ink)
    c.rect(930, 470, 190, 18, P.ink, 8)
    c.rect(950, 480, 14, 70, P.ink)
    c.rect(1086, 480, 14, 70, P.ink)
    person(c, 1020, 472, 84, P.main, SKINS[2])
